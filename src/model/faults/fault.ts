import {LabError} from '../../errors.js'
import {DELAY, type FaultValue} from './fault-values.js'
import {FAULT_KINDS, faultKind, type Direction, type FaultKind} from './fault-kinds.js'

/** A fault, read and checked, of whatever it acts on. */
export interface Fault {
  /** Name of its kind. */
  readonly kind: string
  readonly value?: number
  /** The folder of the node that it acts on. */
  readonly path?: string
  /** Of a delay: it is longer by up to so much. */
  readonly jitterMs?: number
  readonly direction: Direction
}

/** A fault as it is asked for, by flag or by key of a schedule: true for one without a value. */
export type FaultOptions = Readonly<Record<string, string | boolean | undefined>>

const flagsOf = (kinds: readonly FaultKind[]) => kinds.map(({name}) => `--${name}`).join(', ')

const misuse = (message: string) => new LabError('usage-invalid', message, {next: ['apim-lab fault add --help']})

const SHOWN = 40

function valueOf<T>(
  name: string,
  value: FaultValue<T> | undefined,
  options: string | boolean | undefined,
): T | undefined {
  if (!value) return undefined
  const parsed = value.parse(String(options))
  if (parsed === undefined)
    throw misuse(`--${name} takes ${value.expected}, not ${JSON.stringify(String(options).slice(0, SHOWN))}.`)
  return parsed
}

/** The fault that is asked for. Throws `usage-invalid`, with what would be right. */
export function readFault(options: FaultOptions, on: FaultKind['on']): Fault {
  const kinds = FAULT_KINDS.filter(({name}) => options[name] !== undefined && options[name] !== false)
  const fitting = FAULT_KINDS.filter(kind => kind.on === on)
  const [kind, other] = kinds
  if (!kind) throw misuse(`No fault is named: one of ${flagsOf(fitting)} for a ${on}.`)
  if (other) throw misuse(`One fault at a time: ${flagsOf(kinds)} were named. Add them one after the other.`)
  if (kind.on !== on)
    throw misuse(`--${kind.name} is a fault of a ${kind.on}. For a ${on} there are ${flagsOf(fitting)}.`)
  const {jitter, direction = 'both'} = options
  if (direction !== 'both' && !kind.directed) throw misuse(`--${kind.name} has no direction.`)
  if (jitter !== undefined && kind.name !== 'delay') throw misuse('--jitter goes with --delay.')
  const jitterMs = jitter === undefined ? undefined : DELAY.parse(String(jitter))
  if (jitter !== undefined && jitterMs === undefined) throw misuse(`--jitter takes ${DELAY.expected}.`)
  const value = valueOf(kind.name, kind.value, options[kind.name])
  const path = valueOf(kind.name, kind.path, options[kind.name])
  return {
    kind: kind.name,
    ...(value !== undefined && {value}),
    ...(path !== undefined && {path}),
    ...(jitterMs !== undefined && {jitterMs}),
    direction: direction as Direction,
  }
}

/** The options that ask for a fault: `{delay: '300'}`. */
export const optionsOf = ({
  kind,
  value,
  path,
  jitterMs,
  direction,
}: Fault): Readonly<Record<string, string | true>> => ({
  [kind]: path ?? (value === undefined ? true : String(value)),
  ...(jitterMs !== undefined && {jitter: String(jitterMs)}),
  ...(direction !== 'both' && {direction}),
})

const DIRECTION_TEXTS: Readonly<Record<Direction, string>> = {
  both: '',
  to: ', to the server only',
  from: ', from the server only',
}

/** A fault in words: `delay 300 ms, up to 50 ms more`, `cut, to the server only`. */
export function describeFault({kind, value, path, jitterMs, direction}: Fault): string {
  const row = faultKind(kind)
  const amount = row.value && value !== undefined ? ` ${row.value.text(value)}` : ''
  const place = path === undefined ? '' : ` ${path}`
  const more = jitterMs === undefined ? '' : `, up to ${DELAY.text(jitterMs)} more`
  return `${row.text}${amount}${place}${more}${DIRECTION_TEXTS[direction]}`
}
