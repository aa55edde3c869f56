import {nodesOf, type ObservedLab} from '../plan/observed.js'
import {planDown} from '../plan/plan-down.js'
import {formatPlan, type Operation, type Plan} from '../plan/operations.js'
import type {LabContext} from './context.js'
import {endFaults} from './faults/end-faults.js'
import {readJournal} from './snapshots/journal.js'
import {recover} from './snapshots/recover.js'
import {checkOwnership} from './state/ownership.js'
import {withLock} from './state/with-lock.js'

export interface DownOptions {
  readonly lab: string
  readonly volumes: boolean
  readonly wait: boolean
}

/** What `down` would remove. Changes nothing. */
export async function plannedDown(
  {lab, volumes}: Pick<DownOptions, 'lab' | 'volumes'>,
  {engine, data}: Pick<LabContext, 'engine' | 'data'>,
): Promise<{readonly plan: Plan; readonly planText: string}> {
  const observed = await (await engine()).observe(lab)
  checkOwnership(lab, data.lab(lab).path, observed)
  const plan = planDown(observed, {volumes})
  return {plan, planText: formatPlan(plan)}
}

/** A lab that is half made can be taken down as it is; what was half done with one that is whole is ended first. */
async function beforeDown(lab: string, context: LabContext): Promise<void> {
  const entry = await readJournal(context.data.journal(lab))
  if (entry?.kind !== 'branch') await recover(lab, context)
}

/** Removes a lab's containers and networks, and with `volumes` its data and its folder too. Needs nothing but labels. */
export async function down({lab, volumes, wait}: DownOptions, context: LabContext): Promise<Plan> {
  return withLock({lab, wait, goesOn: true}, context, async () => {
    await beforeDown(lab, context)
    const {reporter, signal} = context
    const folder = context.data.lab(lab)
    const engine = await context.engine()
    const found = await engine.observe(lab)
    checkOwnership(lab, folder.path, found)
    const nodes = new Map(nodesOf(found).map(node => [node.name, node]))
    const ended = await endFaults({observed: found, nodes, engine}, undefined, context)
    const first = ended ? await engine.observe(lab) : found
    const removeAll = async (observed: ObservedLab): Promise<Plan> => {
      const plan = planDown(observed, {volumes})
      if (plan.length > 0) await engine.execute(plan, {lab, folder: folder.path, observed, reporter, signal})
      return plan
    }
    if (planDown(first, {volumes}).length > 0) reporter.begin(`Lab ${lab}: taking it down`)
    const plan = await removeAll(first)
    const later: Operation[] = []
    if (plan.length > 0) {
      // The engine may still have been making something for a run that was killed. A network that it kept it would keep again.
      const rest = await engine.observe(lab)
      const known = new Set(first.networks.map(({name}) => name))
      const networks = rest.networks.filter(({name}) => !known.has(name))
      later.push(...(await removeAll({...rest, networks})))
    }
    if (volumes) {
      await folder.remove()
      await context.data.journal(lab).close()
    }
    return [...plan, ...later]
  })
}
