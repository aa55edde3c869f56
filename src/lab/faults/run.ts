import {randomInt} from 'node:crypto'
import {setTimeout as delay} from 'node:timers/promises'
import {parse} from 'yaml'
import {lookInto} from '../../disk/regular-file.js'
import {LabError, messageOf} from '../../errors.js'
import {faultPlaces} from '../../model/faults/fault-places.js'
import {readFault} from '../../model/faults/fault.js'
import {
  dueSteps,
  MOST_SEED,
  readSchedule,
  optionsText,
  type DueStep,
  type Schedule,
} from '../../model/faults/schedule.js'
import {silentReporter} from '../../report/json.js'
import type {LabContext} from '../context.js'
import {liveLab, type LiveLab} from '../state/live-lab.js'
import {checkThere, knownNodes, pickNodes} from '../state/pick-nodes.js'
import {addFault, ensureFaultImage, isLink} from './add.js'
import {clearFaults} from './clear.js'

/** What a run of a schedule tells, as it happens. `at`: RFC 3339, UTC; `dueMs`, `ms`: from the start. */
export type RunEvent =
  | {readonly kind: 'begin'; readonly at: string; readonly lab: string; readonly seed: number; readonly steps: number}
  | {
      readonly kind: 'step'
      readonly at: string
      readonly dueMs: number
      readonly ms: number
      /** Null: all faults were ended. */
      readonly target: string | null
      readonly what: string
      readonly ids: readonly string[]
      readonly until: string | null
    }
  | {
      readonly kind: 'failed'
      readonly at: string
      readonly dueMs: number
      readonly ms: number
      readonly target: string | null
      readonly what: string
      readonly message: string
    }
  | {readonly kind: 'end'; readonly at: string; readonly ms: number; readonly failed: number}

export interface RunOptions {
  readonly lab: string
  readonly file: string
  /** Instead of the file's. */
  readonly seed?: number
  readonly tell: (event: RunEvent) => void
}

const MOST_BYTES = 1024 * 1024
const MOST_ALIASES = 100

async function read(file: string): Promise<Schedule> {
  const found = await lookInto(file, {mostBytes: MOST_BYTES})
  if ('why' in found)
    throw new LabError('file-unusable', `${file} can't be read: ${found.why}.`, {next: ['apim-lab fault run --help']})
  let value: unknown
  try {
    value = parse(found.content.toString('utf8'), {maxAliasCount: MOST_ALIASES})
  } catch (error) {
    throw new LabError('schedule-invalid', `${file} is not valid YAML: ${messageOf(error).split('\n')[0]}`, {
      next: ['apim-lab fault run --help'],
    })
  }
  return readSchedule(value)
}

/** Every step could be done now: what is misspelt is told before anything is broken. */
function check(steps: readonly DueStep[], {topology, observed, lab}: LiveLab): void {
  for (const step of steps) {
    if ('clear' in step) continue
    readFault(step.options, isLink(step.target) ? 'link' : 'node')
    if (!isLink(step.target)) pickNodes([step.target], knownNodes(observed, topology), lab)
    else if (topology) faultPlaces(step.target, topology)
  }
}

const now = () => new Date().toISOString()

/**
 * Does the steps of a schedule at their times, and waits until the last fault has ended; on abort it ends those that it made. A step that fails is
 * told, and the others go on: how many failed is returned. Throws `schedule-invalid`, and what `addFault` does for a target or fault that can't be.
 */
export async function runSchedule({lab, file, seed: asked, tell}: RunOptions, context: LabContext): Promise<number> {
  const schedule = await read(file)
  const seed = asked ?? schedule.seed ?? randomInt(MOST_SEED)
  const steps = dueSteps(schedule, seed)
  const live = await liveLab(lab, context)
  checkThere(lab, live.observed)
  check(steps, live)
  await ensureFaultImage(live.engine, context)
  const from = Date.now()
  tell({kind: 'begin', at: now(), lab, seed, steps: steps.length})
  const quiet = {...context, reporter: silentReporter}
  const made = new Set<string>()
  let lastEnd = 0
  let failed = 0
  const carryOut = async (step: DueStep) => {
    const dueMs = step.atMs
    const what = 'clear' in step ? 'all faults end' : optionsText(step.options)
    const target = 'clear' in step ? null : step.target
    try {
      if ('clear' in step) {
        const {cleared} = await clearFaults(lab, [], quiet)
        return tell({kind: 'step', at: now(), dueMs, ms: Date.now() - from, target, what, ids: cleared, until: null})
      }
      const added = await addFault({lab, target: step.target, fault: step.options, seconds: step.seconds}, quiet)
      made.add(added.id)
      lastEnd = Math.max(lastEnd, added.until === null ? 0 : Date.parse(added.until))
      tell({
        kind: 'step',
        at: now(),
        dueMs,
        ms: Date.now() - from,
        target,
        what: added.what,
        ids: [added.id],
        until: added.until,
      })
    } catch (error) {
      context.signal.throwIfAborted()
      failed++
      tell({kind: 'failed', at: now(), dueMs, ms: Date.now() - from, target, what, message: messageOf(error)})
    }
  }
  const {signal} = context
  const doing: Promise<void>[] = []
  try {
    for (const step of steps) {
      await delay(Math.max(0, from + step.atMs - Date.now()), undefined, {signal})
      const done = carryOut(step)
      // Awaited below.
      done.catch(() => undefined)
      doing.push(done)
    }
    await Promise.all(doing)
    await delay(Math.max(0, lastEnd - Date.now()), undefined, {signal})
  } catch (error) {
    await Promise.allSettled(doing)
    const over = new AbortController()
    const left = {...quiet, signal: over.signal}
    for (const id of made) await clearFaults(lab, [id], left).catch(() => undefined)
    throw error
  }
  tell({kind: 'end', at: now(), ms: Date.now() - from, failed})
  return failed
}
