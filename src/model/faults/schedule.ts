import {LabError} from '../../errors.js'
import {durationMs, durationText} from '../duration.js'
import {DEFAULT_SECONDS, FAULT_KINDS, MOST_SECONDS} from './fault-kinds.js'
import type {FaultOptions} from './fault.js'

/** A step of a schedule, as its file has it. */
interface Step {
  /** Milliseconds from the start: the earliest and the latest. */
  readonly at: readonly [number, number]
  /** What it acts on: one of these. */
  readonly on: readonly string[]
  /** The fault, one of these; none: all faults are ended. */
  readonly faults: readonly FaultOptions[]
  readonly for: readonly [number, number]
}

export interface Schedule {
  /** What the file says, if it does. */
  readonly seed: number | undefined
  readonly steps: readonly Step[]
}

/** What is done when, with nothing left to chance. */
export type DueStep = {readonly atMs: number} & (
  | {readonly clear: true}
  | {readonly target: string; readonly options: FaultOptions; readonly seconds: number | undefined}
)

const invalid = (where: string, what: string) =>
  new LabError('schedule-invalid', `${where}: ${what}.`, {next: ['apim-lab fault run --help']})

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const SHOWN = 60
const shown = (value: unknown) => (JSON.stringify(value) ?? 'nothing').slice(0, SHOWN)

/** `10s`, or `10s..20s` for a time in between. */
function timeOf(value: unknown, where: string): readonly [number, number] {
  const parts = String(value).split('..')
  const times = parts.map(part => (part.trim() === '0' ? 0 : durationMs(part)))
  const [first, last = first] = times
  if (parts.length > 2 || first === undefined || last === undefined || last < first || last > MOST_SECONDS * 1000)
    throw invalid(where, `expected a time such as 10s, or 10s..20s for one in between, got ${shown(value)}`)
  return [first, last]
}

function listOf(value: unknown, where: string): readonly string[] {
  const items = Array.isArray(value) ? (value as readonly unknown[]) : [value]
  if (items.length === 0 || items.some(item => typeof item !== 'string' || item === ''))
    throw invalid(where, `expected a link or a node, or a list of them to choose one from, got ${shown(value)}`)
  return items as readonly string[]
}

const OPTIONS = ['jitter', 'direction'] as const
const KEYS: readonly string[] = ['at', 'on', 'for', 'clear', 'fault']

/** `cut`, or `{delay: 300ms, jitter: 50ms}`. */
function faultOf(value: unknown, where: string): FaultOptions {
  const options = typeof value === 'string' ? {[value]: true} : value
  if (!isRecord(options)) throw invalid(where, `expected a fault such as cut or {delay: 300ms}, got ${shown(value)}`)
  const known = [...FAULT_KINDS.map(({name}) => name), ...OPTIONS]
  const unknown = Object.keys(options).find(key => !known.includes(key))
  if (unknown !== undefined) throw invalid(where, `there is no fault ${shown(unknown)}; there are ${known.join(', ')}`)
  return Object.fromEntries(
    Object.entries(options).map(([key, one]) => [key, typeof one === 'boolean' ? one : String(one)]),
  )
}

function stepOf(value: unknown, index: number): Step {
  const where = `steps[${index}]`
  if (!isRecord(value)) throw invalid(where, `expected a step, got ${shown(value)}`)
  const unknown = Object.keys(value).find(key => !KEYS.includes(key))
  if (unknown !== undefined) throw invalid(where, `unknown key ${shown(unknown)}; a step has ${KEYS.join(', ')}`)
  const at = timeOf(value['at'], `${where}.at`)
  const none = [0, 0] as const
  if (value['clear'] === true) return {at, on: [], faults: [], for: none}
  const faults = Array.isArray(value['fault']) ? (value['fault'] as readonly unknown[]) : [value['fault']]
  if (faults.length === 0) throw invalid(where, 'no fault to choose')
  return {
    at,
    on: listOf(value['on'], `${where}.on`),
    faults: faults.map(fault => faultOf(fault, `${where}.fault`)),
    for: value['for'] === undefined ? none : timeOf(value['for'], `${where}.for`),
  }
}

const MOST_STEPS = 1000

/** A schedule from the value of its file. Throws `schedule-invalid` with the place. */
export function readSchedule(value: unknown): Schedule {
  if (!isRecord(value)) throw invalid('the schedule', 'expected seed and steps')
  const unknown = Object.keys(value).find(key => key !== 'seed' && key !== 'steps')
  if (unknown !== undefined) throw invalid('the schedule', `unknown key ${shown(unknown)}; it has seed and steps`)
  const {seed, steps} = value
  if (seed !== undefined && !isSeed(seed))
    throw invalid('seed', `expected a whole number from 0 to ${MOST_SEED}, got ${shown(seed)}`)
  if (!Array.isArray(steps) || steps.length === 0 || steps.length > MOST_STEPS)
    throw invalid('steps', `expected a list of 1 to ${MOST_STEPS} steps`)
  return {seed, steps: steps.map(stepOf)}
}

export const MOST_SEED = 0xffff_ffff

export const isSeed = (value: unknown): value is number =>
  Number.isSafeInteger(value) && (value as number) >= 0 && (value as number) <= MOST_SEED

const RANGE = 0x1_0000_0000

/** Numbers from 0 to 1, the same for the same seed: mulberry32. */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / RANGE
  }
}

const MS = 1000

/** What a schedule comes to with a seed, in the order of time. Each step takes as many numbers, whatever it is: one that is added changes none before it. */
export function dueSteps({steps}: Schedule, seed: number): readonly DueStep[] {
  const random = randomFrom(seed)
  const between = ([least, most]: readonly [number, number]) => Math.round(least + random() * (most - least))
  const oneOf = <T>(items: readonly T[]): T | undefined => items[Math.floor(random() * items.length)]
  const due = steps.map((step): DueStep => {
    const atMs = between(step.at)
    const [target, options, lasts] = [oneOf(step.on), oneOf(step.faults), between(step.for)]
    if (target === undefined || options === undefined) return {atMs, clear: true}
    return {atMs, target, options, seconds: lasts === 0 ? undefined : Math.max(1, Math.round(lasts / MS))}
  })
  return due.toSorted((a, b) => a.atMs - b.atMs)
}

/** `delay 300ms, jitter 50ms`. */
export const optionsText = (options: FaultOptions): string =>
  Object.entries(options)
    .map(([name, value]) => (value === true ? name : `${name} ${String(value)}`))
    .join(', ')

/** A step in words. */
export function stepText(step: DueStep): string {
  const at = durationText(step.atMs)
  if ('clear' in step) return `at ${at}: all faults end`
  return `at ${at}: ${step.target} ${optionsText(step.options)}, ${step.seconds === undefined ? `${DEFAULT_SECONDS} s` : `${step.seconds} s`}`
}
