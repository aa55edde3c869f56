import {machineLoad} from '../../http/machine-load.js'
import {underLoad} from '../../model/load.js'
import {SERVICES} from '../../model/services.js'
import {STEP_SERVICES, type StepName} from '../../model/walk.js'
import {REMOVED} from './applications.js'
import {answerText, StepFailure, type Call} from './call.js'
import type {Step} from './steps.js'
import type {Walk} from './walk.js'

/** What a step came to. */
export interface StepResult {
  readonly name: StepName
  readonly title: string
  readonly ok: boolean
  readonly skipped?: true
  readonly ms: number
  /** What was seen; on failure what was expected and what came; why it was skipped. */
  readonly detail: string
  /** The call that failed it. */
  readonly failed?: {readonly expected: string; readonly call: Call}
}

export interface RunOptions {
  readonly onBegin: (step: {readonly name: StepName; readonly title: string}) => void
  readonly onEnd: (result: StepResult) => void
  /** Leaves what may be kept. */
  readonly keep: boolean
}

/** How long each thing may take to be removed, and all of them. */
const REMOVE_MS = 10_000
const CLEAN_UP_MS = 60_000

const CLEAN_UP = {name: 'clean-up', title: 'remove what was made'} as const

async function timed(
  step: {readonly name: StepName; readonly title: string},
  work: () => Promise<string>,
): Promise<StepResult> {
  const {name, title} = step
  const begin = performance.now()
  const ms = () => Math.round(performance.now() - begin)
  try {
    const detail = await work()
    return {name, title, ok: true, ms: ms(), detail}
  } catch (error) {
    if (!(error instanceof StepFailure)) throw error
    const {message, expected, call} = error
    return {name, title, ok: false, ms: ms(), detail: message, failed: {expected, call}}
  }
}

type Skip = Pick<StepResult, 'ok' | 'detail'>

/** Why a step is not done. What this lab does not have is no failure; what another step's failure makes impossible is one. */
function skipOf(step: Step, walk: Walk, done: readonly StepResult[]): Skip | undefined {
  const absent = STEP_SERVICES[step.name].find(service => !walk.has(service))
  if (absent !== undefined) return {ok: true, detail: `the lab has no ${SERVICES[absent]}`}
  const missing = step.needs.find(need => !done.some(({name, ok, skipped}) => name === need && ok && !skipped))
  return missing === undefined ? undefined : {ok: false, detail: `needs: ${missing}`}
}

/** Removes what the walk made, the last thing first, also after an abort. What can't be removed is told. */
async function cleanUp(walk: Walk, keep: boolean): Promise<string> {
  walk.continueUnder(new AbortController().signal)
  const newestFirst = walk.made.filter(({kept}) => !(keep && kept)).toReversed()
  const things = [...newestFirst.filter(({last}) => !last), ...newestFirst.filter(({last}) => last)]
  const left: {readonly what: string; readonly call: Call}[] = []
  const {timeouts} = walk.options
  const load = machineLoad()
  const end = Date.now() + underLoad(CLEAN_UP_MS, load)
  for (const {what, remove} of things) {
    const deadline = {
      propagationMs: Math.max(0, Math.min(underLoad(REMOVE_MS, load), timeouts.propagationMs, end - Date.now())),
      pollMs: timeouts.pollMs,
    }
    try {
      await walk.until(`${what} removed`, remove, ({status}) => REMOVED.some(good => good === status), deadline)
    } catch (error) {
      if (!(error instanceof StepFailure)) throw error
      left.push({what, call: error.call})
    }
  }
  const [first] = left
  if (first) {
    const names = left.map(({what, call}) => `${what} (${answerText(call)})`).join('; ')
    throw new StepFailure(`all to be removed; left: ${names}`, first.call)
  }
  const kept = walk.made.length - things.length
  return `removed ${things.length}${kept > 0 ? `, kept ${kept}` : ''}`
}

/** Does the steps in their order and then cleans up, whatever happened. Throws on abort, and for what is no failure of a step. */
export async function runSteps(
  steps: readonly Step[],
  walk: Walk,
  options: RunOptions,
): Promise<readonly StepResult[]> {
  const {onBegin, onEnd, keep} = options
  const results: StepResult[] = []
  const begin = (step: Parameters<typeof onBegin>[0]) => {
    walk.step = step.name
    onBegin(step)
  }
  const tell = (result: StepResult) => {
    results.push(result)
    onEnd(result)
  }
  try {
    for (const step of steps) {
      const {name, title} = step
      const skip = skipOf(step, walk, results)
      if (skip) {
        tell({name, title, ...skip, skipped: true, ms: 0})
        continue
      }
      begin(step)
      tell(await timed(step, () => step.run(walk)))
    }
  } finally {
    begin(CLEAN_UP)
    tell(await timed(CLEAN_UP, () => cleanUp(walk, keep)))
  }
  return results
}
