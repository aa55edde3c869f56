import {lockLab} from '../disk/lock.js'
import type {ObservedLab} from '../plan/observed.js'
import {planDown} from '../plan/plan-down.js'
import type {Plan} from '../plan/operations.js'
import type {LabContext} from './context.js'
import {keptProject} from './kept-files.js'
import {checkOwnership} from './ownership.js'

export interface DownOptions {
  readonly lab: string
  readonly volumes: boolean
  readonly wait: boolean
}

/** Removes a lab's containers and networks, and with `volumes` its data and its folder too. Needs nothing but labels. */
export async function down({lab, volumes, wait}: DownOptions, context: LabContext): Promise<Plan> {
  const {reporter, signal} = context
  const folder = context.data.lab(lab)
  const unlock = await lockLab({
    file: await context.data.lockFile(lab),
    lab,
    processes: context.processes,
    wait,
    signal,
  })
  try {
    const engine = await context.engine()
    const [first, project] = await Promise.all([engine.observe(lab), keptProject(folder)])
    checkOwnership(lab, folder.path, first)
    const services = Object.entries(project?.services ?? {})
    const graceSeconds = new Map(
      services.map(([name, {stop_grace_period}]) => [name, Number.parseInt(stop_grace_period, 10)]),
    )
    const removeAll = async (observed: ObservedLab): Promise<Plan> => {
      const plan = planDown(observed, {volumes, graceSeconds})
      if (plan.length > 0) await engine.execute(plan, {lab, folder: folder.path, observed, reporter, signal})
      return plan
    }
    if (planDown(first, {volumes}).length > 0) reporter.begin(`Lab ${lab}: taking it down`)
    const plan = await removeAll(first)
    // The engine may still have been making something for a run that was killed.
    const later = plan.length === 0 ? [] : await removeAll(await engine.observe(lab))
    if (volumes) await folder.remove()
    return [...plan, ...later]
  } finally {
    await unlock()
  }
}
