import {NO_VALUES, type ChartValues} from './chart-values.js'
import type {LeftLine} from './source.js'

// Bounded: of a text that opens actions and never closes them, each is looked through to here only.
const ACTION = /\{\{-?\s*([\s\S]{0,1000}?)\s*-?\}\}/g
const WHOLE_LINE = /^\s*(?:\{\{(?:[^}]|\}(?!\}))*\}\}\s*)+$/
const OPENS = /^(?:if|range|with|define|block)\b/
const SILENT = /^(?:\/\*|\$\w+\s*:?=|define\b|block\b|end\b|else\b|if\b|with\b)/

const MARK = /zztemplate(\d+)zz/g

/** Text that may be of a template: Helm's, or another one that writes `{{ ... }}`. */
export const isTemplate = (text: string): boolean => text.includes('{{')

/** Whether a line consists of actions of a template only. */
export const isActionLine = (line: string): boolean => WHOLE_LINE.test(line)

/** The expressions of a set's templates, and the marks that stand for them: the same expression is the same mark in every file. */
export class Templates {
  readonly #expressions: string[] = []

  /** `valuesOf`: what is known of the chart that a file belongs to. */
  constructor(readonly valuesOf: (path: string) => ChartValues = () => NO_VALUES) {}

  /** The text of a mark's place: a part of a host name, or of any string. */
  mark(expression: string): string {
    const plain = expression.replace(/\s+/g, ' ')
    const known = this.#expressions.indexOf(plain)
    const i = known >= 0 ? known : this.#expressions.push(plain) - 1
    return `zztemplate${i}zz`
  }

  /** The text as the template has it. */
  restore(text: string): string {
    return text.replace(MARK, (_, i: string) => `{{ ${this.#expressions[Number(i)] ?? ''} }}`)
  }
}

/** Whether a value is known only to whoever fills the template in. */
export const hasMark = (text: string): boolean => text.search(MARK) >= 0

const quoteCount = (text: string) => text.replace(/\\./g, '').match(/["']/g)?.length ?? 0

/** A line's expressions as marks; in quotes where a value would stand without them. */
function markLine(line: string, templates: Templates, values: ChartValues): string {
  let done = ''
  let from = 0
  for (const {0: whole, 1: expression = '', index} of line.matchAll(ACTION)) {
    done += line.slice(from, index)
    from = index + whole.length
    const mark = values.text(expression) ?? templates.mark(expression)
    const isValue = done.includes('=') && quoteCount(done) % 2 === 0 && !done.includes('#')
    done += isValue ? `"${mark}"` : mark
  }
  return done + line.slice(from)
}

/** Comments of a template that go over several lines, with their lines left. */
const withoutComments = (text: string) =>
  text.replace(/\{\{-?\s*\/\*[\s\S]{0,10000}?\*\/\s*-?\}\}/g, comment => comment.replace(/[^\n]/g, ''))

interface Branch {
  readonly opening: string
  /** The lines of the branch that is open are taken. */
  readonly isTaken: boolean
  /** The chart's values tell which branch is. */
  readonly isKnown: boolean
}

/**
 * A text with its template's expressions replaced by their values, or by marks where nobody knows them. Of branches whose condition nobody
 * knows the first is taken; what is left out is told, its lines stay as empty ones.
 */
export function withoutTemplate(
  text: string,
  templates: Templates,
  {file, firstLine}: {readonly file: string; readonly firstLine: number},
): {readonly text: string; readonly left: readonly LeftLine[]} {
  if (!isTemplate(text)) return {text, left: []}
  const left: LeftLine[] = []
  const branches: Branch[] = []
  const values = templates.valuesOf(file)
  const lines = withoutComments(text)
    .split('\n')
    .map((line, i) => {
      const leave = (why: string, isOff = false) =>
        void left.push({file, line: firstLine + i, text: line.trim(), why, isOff})
      if (isActionLine(line)) {
        for (const [, action = ''] of line.matchAll(ACTION)) follow(action, branches, values, leave)
        return ''
      }
      const closed = branches.find(({isTaken}) => !isTaken)
      if (!closed) return markLine(line, templates, values)
      if (/^[^#]*=|^\s*\[/.test(line)) leave(`it stands in the other branch of {{ ${closed.opening} }}`, closed.isKnown)
      return ''
    })
  return {text: lines.join('\n'), left}
}

function follow(action: string, branches: Branch[], values: ChartValues, leave: (why: string) => void): void {
  const last = branches.at(-1)
  const condition = /^(?:if|with)\s+([\s\S]*)$/.exec(action)?.[1]
  const holds = condition === undefined ? undefined : values.holds(condition)
  if (OPENS.test(action)) branches.push({opening: action, isTaken: holds ?? true, isKnown: holds !== undefined})
  else if (/^else\b/.test(action) && last) branches.splice(-1, 1, {...last, isTaken: !last.isTaken})
  else if (/^end\b/.test(action)) branches.pop()
  if (/^range\b/.test(action)) leave('what it repeats is taken once')
  else if (!SILENT.test(action)) leave('only the template knows what it gives')
}
