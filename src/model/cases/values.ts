import * as z from 'zod'
import {durationMs} from '../duration.js'
import {expected, pattern} from '../settings/values.js'

export const text = (what: string, most = 4096) =>
  z.string(expected(what)).min(1, expected(what)).max(most, expected(what))

const LONGEST_MS = 3_600_000

/** `30s`, `2m`. */
export const duration = z
  .string(expected('a time such as 30s or 2m'))
  .refine(
    input => (durationMs(input) ?? 0) > 0 && durationMs(input)! <= LONGEST_MS,
    expected('a time such as 30s or 2m, 1h at most'),
  )

export const durationOf = (input: string): number => durationMs(input) ?? 0

/** A name that variables begin with: `app` of `${app.token}`. */
export const word = pattern(/^[A-Za-z][A-Za-z0-9_-]*$/, 'a name of letters, digits, - and _', 64)

export const node = pattern(/^[a-z][a-z0-9-]*$/, 'a node such as gateway-1, or a component', 64)

/** Nodes or components: one, or a list. */
export const nodes = z.union([node, z.array(node).min(1)], expected('nodes or components: one, or a list'))

export const listOf = <T>(input: T | readonly T[]): readonly T[] => (Array.isArray(input) ? input : [input as T])

const isRegex = (input: string) => {
  try {
    new RegExp(input)
    return true
  } catch {
    return false
  }
}

export const regex = text('a regular expression').refine(isRegex, expected('a regular expression of JavaScript'))

export const scalar = z.union([z.string(), z.number(), z.boolean(), z.null()], expected('a single value'))

/** A path of a request. */
export const path = pattern(/^(\/|\?|\$\{|$)/, 'a path that begins with /', 4096)

export const flag = z.boolean(expected('true or false'))
