import type {LabFolder} from '../disk/lab-folder.js'
import type {Engine} from '../engine/engine.js'
import {messageOf} from '../errors.js'
import {madeSince, type ObservedLab} from '../plan/observed.js'
import {planDown} from '../plan/plan-down.js'
import type {Reporter} from '../report/reporter.js'

/** A lab before a run. */
export interface Before {
  readonly engine: Engine
  readonly lab: string
  readonly folder: LabFolder
  /** What the engine had of it: that stays. */
  readonly observed: ObservedLab
  readonly hadFolder: boolean
}

/** Removes what this run made. That it fails must not hide why it was needed. */
export async function rollBack(
  {engine, lab, folder, observed: before, hadFolder}: Before,
  reporter: Reporter,
): Promise<void> {
  try {
    const observed = madeSince(before, await engine.observe(lab))
    const plan = planDown(observed, {volumes: true})
    await engine.execute(plan, {lab, folder: folder.path, observed, reporter, signal: new AbortController().signal})
    if (!hadFolder) await folder.remove()
  } catch (error) {
    reporter.on({subject: lab, state: 'warning', text: `could not remove all that this run made: ${messageOf(error)}`})
  }
}
