import {badRequest} from '../http/fault.js'
import type {Html} from '../pages/html.js'
import {select} from '../pages/parts.js'
import {DURATIONS, type Duration} from './aggregations.js'

/** A stretch of time that can be looked at. */
export interface Range {
  readonly text: string
  readonly length: number
  readonly duration: Duration
}

const HOUR_MS = 3_600_000

/** By what an address names each with. */
export const RANGES: Readonly<Record<string, Range>> = {
  '1h': {text: 'Last hour', length: HOUR_MS, duration: 'MINUTES'},
  '6h': {text: 'Last 6 hours', length: 6 * HOUR_MS, duration: 'MINUTES'},
  '1d': {text: 'Last day', length: 24 * HOUR_MS, duration: 'HOURS'},
  '7d': {text: 'Last 7 days', length: 7 * 24 * HOUR_MS, duration: 'HOURS'},
}

/** The stretch of this name. Throws a Fault 400. */
export function rangeOf(name: string): Range {
  const found = Object.hasOwn(RANGES, name) ? RANGES[name] : undefined
  if (!found) throw badRequest(`range is one of ${Object.keys(RANGES).join(', ')}`)
  return found
}

/** When the first minute or hour of a stretch that ends now began: milliseconds since 1970. */
export function startOf(range: Range, now = Date.now()): number {
  const {length} = DURATIONS[range.duration]
  return now - (now % length) - range.length + length
}

/** A choice of them, in a form. */
export const rangeField = (chosen: string): Html =>
  select(
    'range',
    'Time',
    Object.entries(RANGES).map(([value, {text}]) => [value, text] as const),
    chosen,
  )
