/** Stands for each character of what a tool such as Helm fills in: no file has it of its own. */
const MARK = '\ue000'

const ACTION = /\{\{.*?\}\}|\{%.*?%\}/g

/** Whether a value is only known where the file is used: filled in by a tool, or resolved by the product when it starts. */
export const isOpen = (value: string): boolean => value.includes(MARK) || /\$(env|sys|secret|ref)?\{/.test(value)

/** Whether a tool fills in parts of it. */
export const isTemplated = (value: string): boolean => value.includes(MARK)

/** The quote that a text is inside of at its end: a line of TOML read from its start. */
function openQuote(before: string): string {
  let quote = ''
  for (let i = 0; i < before.length; i++) {
    const character = before[i]!
    if (quote === '"' && character === '\\') i++
    else if (quote === '' && character === '#') return ''
    else if (quote === '' && (character === '"' || character === "'")) quote = character
    else if (character === quote) quote = ''
  }
  return quote
}

function maskLine(line: string): string {
  if (!/\{[{%]/.test(line)) return line
  // A line of nothing but actions (`{{- if ... }}`) is no line of the file.
  if (line.replace(ACTION, '').trim() === '') return ''
  let masked = ''
  let done = 0
  for (const {0: action, index} of line.matchAll(ACTION)) {
    masked += line.slice(done, index)
    const inside = openQuote(masked) !== '' || masked.endsWith(MARK)
    masked += inside ? MARK.repeat(action.length) : `"${MARK.repeat(action.length - 2)}"`
    done = index + action.length
  }
  return masked + line.slice(done)
}

/**
 * A text with what Helm, Jinja and their like fill in replaced by marks of the same length: lines and columns stay. `branches`: it has
 * parts that exclude one another or that are repeated, so what stands twice in it may be right.
 */
export function maskTemplated(text: string): {readonly text: string; readonly branches: boolean} {
  if (!text.includes('{{') && !text.includes('{%')) return {text, branches: false}
  return {
    text: text.split('\n').map(maskLine).join('\n'),
    branches: /\{[{%]-?\s*(if|else|elif|elseif|range|with|for|include|template|tpl|block)\b/.test(text),
  }
}
