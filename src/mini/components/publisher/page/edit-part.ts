import type {Api} from '../../../apis/api.js'
import type {Html} from '../../../pages/html.js'

/** What the fields may choose from. */
export interface Choices {
  readonly environments: readonly string[]
  /** Names of advanced policies. */
  readonly policies: readonly string[]
  /** Names of the scopes that all APIs may have. */
  readonly sharedScopes: readonly string[]
}

/** Values of fields, as a form sends them. */
export type Values = readonly (readonly [name: string, value: string])[]

/** A part of the form that changes an API. */
export interface Part {
  /** Names of its fields. */
  readonly names: readonly string[]
  /** Whether who may publish only changes it too. */
  readonly forPublishers?: boolean
  /** Absent: every API has it. */
  readonly isOf?: (api: Api) => boolean
  /** What an API has in its fields. */
  readonly shown: (api: Api) => Values
  readonly fields: (form: URLSearchParams, choices: Choices, api: Api) => Html
  /** What the fields say, as a body of the REST API has it. Throws a Fault 400. */
  readonly said: (form: URLSearchParams, api: Api) => object
}

/** Values as a form has them. */
export function formOf(values: Values): URLSearchParams {
  const form = new URLSearchParams()
  for (const [name, value] of values) form.append(name, value)
  return form
}

/** A browser sends the lines of an area with `\r\n`, and leaves an empty first one out. */
const plain = (text: string) => text.replaceAll('\r\n', '\n').trim()

/** Whether a form says of a part what it was shown, or nothing. */
export function isUntouched({names, shown}: Part, form: URLSearchParams, api: Api): boolean {
  if (!names.some(it => form.has(it))) return true
  const before = formOf(shown(api))
  const same = (name: string) => {
    const [now, then] = [form.getAll(name), before.getAll(name)]
    return now.length === then.length && now.every((it, i) => plain(it) === plain(then[i] ?? ''))
  }
  return names.every(same)
}

/** The lines of an area that are not empty. */
export const linesOf = (text: string): readonly string[] =>
  text
    .split('\n')
    .map(it => it.trim())
    .filter(it => it !== '')

/** Options of a select: what it has now stays a choice. */
export const optionsWith = (list: readonly string[], now: string): readonly (readonly [string, string])[] =>
  (list.includes(now) ? list : [...list, now]).map(it => [it, it] as const)
