import type {NodeLine} from '../lab/logs.js'

/** What a terminal is given: bright and dim forms of the six colours that are readable on light and on dark. */
const COLORS = [36, 33, 32, 35, 34, 31, 96, 93, 92, 95, 94, 91] as const
const RESET = '\u001B[0m'

const SGR = /\u001B\[[0-9;:]*m/g
/** Escape sequences: control strings to their end, CSI, other two-character ones. Then control characters but the tab. */
const SEQUENCES =
  /\u001B[\]PX^_][^\u0007\u001B]*(?:\u0007|\u001B\\)?|(?:\u001B\[|\u009B)[0-?]*[ -/]*[@-~]?|\u001B[ -/]*[0-~]?/g
const CONTROLS = /[\u0000-\u0008\u000A-\u001F\u007F-\u009F]/g

const withoutControls = (text: string) => text.replace(SEQUENCES, '').replace(CONTROLS, '')

/** A line that can't move the cursor, change the title or do anything else to a terminal; `color` lets colours through. */
export function harmless(line: string, color: boolean): string {
  if (!color) return withoutControls(line)
  const colors = line.match(SGR) ?? []
  const texts = line.split(SGR).map(withoutControls)
  const text = texts.map((part, i) => part + (colors[i] ?? '')).join('')
  return colors.length > 0 ? text + RESET : text
}

export interface LogStyle {
  readonly tty: boolean
  readonly color: boolean
}

/** Lines as a person reads them: the node before each, in its colour. A pipe gets the lines as they are. */
export function linePrinter(known: readonly string[], {tty, color}: LogStyle): (line: NodeLine) => string {
  const names = [...known]
  const width = Math.max(0, ...names.map(({length}) => length))
  const colorOf = (node: string) => {
    if (!names.includes(node)) names.push(node)
    return COLORS[names.indexOf(node) % COLORS.length]!
  }
  return ({node, line}) => {
    const prefix = `${node.padEnd(width)} |`
    const shown = color ? `\u001B[${colorOf(node)}m${prefix}${RESET}` : prefix
    return `${shown} ${tty ? harmless(line, color) : line}\n`
  }
}

/** A line for scripts. */
export const jsonLine = ({node, at, stream, line}: NodeLine): string => `${JSON.stringify({node, at, stream, line})}\n`
