import type {HttpAnswer} from '../../model/exchange.js'
import {oneLine} from '../../model/one-line.js'

/** A call that was made, and its answer; status 0: there was none, and the body says why. */
export interface Call extends HttpAnswer {
  /** The correlation id that it carried. */
  readonly id: string
  /** Where it went to first: `load-balancer`, `gateway-2`. */
  readonly route: string
  readonly port: number
  readonly method: string
  readonly path: string
}

/** The product's own code for what went wrong: in JSON or XML, `900901`. */
const CODE = /(?:code"?\s*:\s*"?|code>\s*)(\d{3,6})/i

const MOST_BODY = 300

export const codeOf = ({body}: HttpAnswer): string | undefined => CODE.exec(body)?.[1]

/** An answer in words: status, the product's code, and the beginning of the body. */
export function answerText(call: Call): string {
  const {status, body} = call
  if (status === 0) return `no answer: ${oneLine(body, MOST_BODY)}`
  const code = codeOf(call)
  const cut = oneLine(body, MOST_BODY)
  return [`HTTP ${status}`, ...(code === undefined ? [] : [`code ${code}`]), ...(cut === '' ? [] : [cut])].join(', ')
}

export const callText = ({method, path, route, port}: Call): string => `${method} ${path} through ${route}:${port}`

/** A step that did not come to what it should. */
export class StepFailure extends Error {
  override readonly name = 'StepFailure'

  constructor(
    readonly expected: string,
    readonly call: Call,
    /** What else is to be known: the machine's load, where time ran out. */
    remark = '',
  ) {
    super(`expected ${expected}, got ${answerText(call)} (${callText(call)})${remark}`)
  }
}

/** The call, if its answer has one of these statuses. Throws StepFailure. */
export function expectStatus(call: Call, ...statuses: readonly number[]): Call {
  if (statuses.includes(call.status)) return call
  throw new StepFailure(`HTTP ${statuses.join(' or ')}`, call)
}

type Json = Readonly<Record<string, unknown>>

export function jsonOf(call: Call): Json {
  try {
    const value: unknown = JSON.parse(call.body)
    if (typeof value === 'object' && value !== null) return value as Json
  } catch {
    // Told below.
  }
  throw new StepFailure('a JSON object', call)
}

/** The elements of the list that an answer is. Throws StepFailure where it is none. */
export function listIn(call: Call): readonly Json[] {
  const {list} = jsonOf(call)
  if (Array.isArray(list)) return list as Json[]
  throw new StepFailure('a list', call)
}

/** A text in an answer's JSON, by its path. Throws StepFailure where there is none. */
export function textIn(call: Call, ...path: readonly string[]): string {
  const value = path.reduce<unknown>((at, key) => (at as Json | undefined)?.[key], jsonOf(call))
  if (typeof value === 'string' && value !== '') return value
  throw new StepFailure(`a text at ${path.join('.')}`, call)
}
