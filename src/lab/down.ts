import {lockLab} from '../disk/lock.js'
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
    const [observed, project] = await Promise.all([engine.observe(lab), keptProject(folder)])
    checkOwnership(lab, folder.path, observed)
    const plan = planDown(observed, {
      volumes,
      graceSeconds: new Map(
        Object.entries(project?.services ?? {}).map(([name, service]) => [
          name,
          Number.parseInt(service.stop_grace_period, 10),
        ]),
      ),
    })
    if (plan.length > 0) {
      reporter.begin(`Lab ${lab}: taking it down`)
      await engine.execute(plan, {lab, folder: folder.path, observed, reporter, signal})
    }
    if (volumes) await folder.remove()
    return plan
  } finally {
    await unlock()
  }
}
