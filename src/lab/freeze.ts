import {LabError} from '../errors.js'
import type {Plan} from '../plan/operations.js'
import {planFreeze, planThaw} from '../plan/plan-freeze.js'
import {chosen} from './change-nodes.js'
import type {LabContext} from './context.js'
import {labOption} from './resolve/named-lab.js'
import {liveLab} from './state/live-lab.js'
import {checkOwnership} from './state/ownership.js'
import {checkThere} from './state/pick-nodes.js'
import {withLock} from './state/with-lock.js'

export interface FreezeOptions {
  readonly lab: string
  /** Nodes or components; empty: all. */
  readonly nodes: readonly string[]
  /** Wait for another command on this lab. */
  readonly wait: boolean
}

export interface FreezeResult {
  readonly lab: string
  readonly frozen: readonly string[]
  readonly thawed: readonly string[]
}

const subjectsOf = (plan: Plan) => plan.map(({subject}) => subject)

/** Stops the processes of nodes where they stand; connections stay open and memory as it is. Throws `node-exited` for one that was named and does not run. */
export const freezeNodes = (options: FreezeOptions, context: LabContext): Promise<FreezeResult> =>
  withLock(options, context, async () => {
    const {lab, nodes} = options
    const {services, live} = await servicesOf(options, context)
    const idle = services.find(name => !['running', 'paused'].includes(live.nodes.get(name)?.state ?? ''))
    if (nodes.length > 0 && idle !== undefined)
      throw new LabError('node-exited', `${idle} does not run: only what runs can be frozen.`, {
        next: [`apim-lab start ${idle}${labOption(lab)}`],
      })
    const plan = planFreeze({observed: live.observed, services})
    await carryOut(plan, `Lab ${lab}: freezing ${subjectsOf(plan).join(', ')}`, live, context)
    return {lab, frozen: subjectsOf(plan), thawed: []}
  })

/** Lets frozen nodes go on where they stood; which those are, the engine tells. */
export const thawNodes = (options: FreezeOptions, context: LabContext): Promise<FreezeResult> =>
  withLock(options, context, async () => {
    const {lab} = options
    const {services, live} = await servicesOf(options, context)
    const plan = planThaw({observed: live.observed, services})
    await carryOut(plan, `Lab ${lab}: thawing ${subjectsOf(plan).join(', ')}`, live, context)
    return {lab, frozen: [], thawed: subjectsOf(plan)}
  })

async function servicesOf({lab, nodes}: FreezeOptions, context: LabContext) {
  const live = await liveLab(lab, context)
  checkThere(lab, live.observed)
  checkOwnership(lab, live.folder.path, live.observed)
  return {live, services: chosen(nodes, live.observed, live.topology, lab)}
}

async function carryOut(
  plan: Plan,
  task: string,
  {engine, lab, folder, observed}: Awaited<ReturnType<typeof liveLab>>,
  {reporter, signal}: LabContext,
): Promise<void> {
  if (plan.length === 0) return
  reporter.begin(task)
  await engine.execute(plan, {lab, folder: folder.path, observed, reporter, signal})
}
