import {query} from 'jsonpath-rfc9535'
import parseJsonPath from 'jsonpath-rfc9535/parser'
import * as z from 'zod'
import {attempt} from '../attempt.js'
import {expected} from '../settings/values.js'
import {oneLine} from '../one-line.js'
import {regex, scalar} from './values.js'

/** What was seen of a step that was done. */
export interface Observation {
  /** In a line, for people. */
  readonly text: string
  readonly status?: number
  readonly body?: string
  /** Of a query, as SQL clients print them in scripts. */
  readonly rows?: string
  readonly exit?: number
  readonly output?: string
  /** How often which status came: 0 for no answer. */
  readonly counts?: Readonly<Record<string, number>>
  /** Latencies of traffic, in milliseconds. */
  readonly latency?: Readonly<Record<'p50' | 'p95' | 'max', number>>
  /** Lines of logs. */
  readonly lines?: readonly string[]
  /** What else belongs to the evidence. */
  readonly evidence?: readonly string[]
}

const isJsonPath = (input: string) => attempt(() => parseJsonPath(input)) !== undefined

export const jsonPath = z.string().refine(isJsonPath, expected('a JSONPath (RFC 9535) such as $.list[0].id'))

const status = z.int(expected('a status such as 401')).min(0).max(599)
const count = z.int(expected('a number')).min(0)
const bounds = z.strictObject(
  {atLeast: count.optional(), atMost: count.optional()},
  expected('a number, or {atLeast: N, atMost: N}'),
)

/** What a step is expected to come to. */
export const EXPECTATION = z.strictObject(
  {
    status: z
      .union([status, z.array(status).min(1)], expected('a status such as 401, or a list of them'))
      .describe('Status of the answer, or one of several; 0: no answer')
      .optional(),
    body: z
      .record(jsonPath, scalar, expected('a block of JSONPATH: VALUE'))
      .describe('By JSONPath, the value that stands there in the answer; null: nothing does')
      .optional(),
    matches: regex.describe('A regular expression that the body, rows or output match').optional(),
    rows: z.string(expected('a text')).describe('The rows of a query: a tab between columns, a line a row').optional(),
    exit: z.int(expected('an exit status')).min(0).max(255).describe('Exit status of the command').optional(),
    counts: z
      .record(
        z.string().regex(/^(\d{1,3}|[2-5]xx)$/, expected('a status such as 429, or 5xx')),
        z.union([count, bounds], expected('a number, or {atLeast: N, atMost: N}')),
        expected('a block of STATUS: NUMBER'),
      )
      .describe('Of many calls: how many had which status, such as 200: {atLeast: 6}')
      .optional(),
  },
  expected('a block of keys'),
)

export type Expectation = z.output<typeof EXPECTATION>
export type ExpectationKey = keyof Expectation

const MOST_SHOWN = 200

const shown = (value: unknown) =>
  oneLine(typeof value === 'string' ? value : (JSON.stringify(value) ?? 'nothing'), MOST_SHOWN)

/** The first value at a JSONPath of a text that is JSON; undefined for none. */
export function valueAt(path: string, body: string): unknown {
  const json = attempt(() => JSON.parse(body) as unknown)
  return json === undefined ? undefined : query(json as never, path)[0]
}

const textOf = ({body, rows, output, lines}: Observation) => body ?? rows ?? output ?? lines?.join('\n') ?? ''

const countOf = (status: string, counts: Readonly<Record<string, number>>) =>
  Object.entries(counts).reduce(
    (sum, [one, times]) => sum + (one === status || (status.endsWith('xx') && one.startsWith(status[0]!)) ? times : 0),
    0,
  )

type Check<K extends ExpectationKey> = (
  wanted: NonNullable<Expectation[K]>,
  seen: Observation,
  matches: Matches,
) => readonly string[]

/** Whether a text matches a regular expression: how is the caller's, since one may take for ever. */
export type Matches = (regex: string, text: string) => boolean

/** What each key of an expectation misses in what was seen, in words. */
const CHECKS: {readonly [K in ExpectationKey]: Check<K>} = {
  status: (wanted, {status: got}) =>
    [wanted].flat().includes(got ?? -1) ? [] : [`status ${[wanted].flat().join(' or ')}, got ${got ?? 'none'}`],
  body: (wanted, {body = ''}) =>
    Object.entries(wanted).flatMap(([path, value]) => {
      const got = valueAt(path, body)
      return (got ?? null) === value || (value !== null && String(got) === String(value))
        ? []
        : [`${path} to be ${shown(value)}, got ${shown(got)}`]
    }),
  matches: (wanted, seen, matches) =>
    matches(wanted, textOf(seen)) ? [] : [`a match of /${wanted}/ in ${shown(textOf(seen))}`],
  rows: (wanted, {rows}) =>
    rows === wanted ? [] : [`rows ${JSON.stringify(wanted)}, got ${JSON.stringify(shown(rows))}`],
  exit: (wanted, {exit}) => (exit === wanted ? [] : [`exit status ${wanted}, got ${exit ?? 'none'}`]),
  counts: (wanted, {counts = {}}) =>
    Object.entries(wanted).flatMap(([code, limit]) => {
      const got = countOf(code, counts)
      const {atLeast, atMost} = typeof limit === 'number' ? {atLeast: limit, atMost: limit} : limit
      if (got < (atLeast ?? 0)) return [`at least ${atLeast} answers ${code}, got ${got}`]
      return got > (atMost ?? Infinity) ? [`at most ${atMost} answers ${code}, got ${got}`] : []
    }),
}

/** What was expected and did not come; none: it is as expected. */
export function missing(wanted: Expectation, seen: Observation, matches: Matches): readonly string[] {
  return (Object.keys(wanted) as ExpectationKey[]).flatMap(key =>
    wanted[key] === undefined ? [] : (CHECKS[key] as Check<ExpectationKey>)(wanted[key] as never, seen, matches),
  )
}
