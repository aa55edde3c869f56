import {LAB_FILE_KIND, type Fault, type SourceKind} from './fault.js'

/** Characters of a kB: sizes are far above any such file; what is larger is another file, or made to keep the parser busy. */
const KB = 1024
const MAX_DEPTH = 100

/** Offset at which brackets nest too deep. Quotes and comments are not understood: they only make the bound a little tighter. */
function tooDeep(text: string): number | undefined {
  let depth = 0
  for (let i = 0; i < text.length; i++) {
    const character = text[i]
    if (character === '[' || character === '{') depth++
    else if ((character === ']' || character === '}') && depth > 0) depth--
    if (depth > MAX_DEPTH) return i
  }
  return undefined
}

/** What the parser must not even see: it nests its calls as deep as the text does, and a stack that is full can end the process. */
export function textFaults(text: string, {what, mostKb}: SourceKind = LAB_FILE_KIND): readonly Fault[] {
  if (text.length > mostKb * KB) return [{offset: 0, message: `too large: ${what} has ${mostKb} kB at most`}]
  const notText = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f\ufffd]/.exec(text)
  if (notText) return [{offset: notText.index, message: 'not UTF-8 text'}]
  const deepBrackets = tooDeep(text)
  const deepDashes = /(?:[-?:][ \t]+){100}/.exec(text)?.index
  const deep = deepBrackets ?? deepDashes
  return deep === undefined ? [] : [{offset: deep, message: `nested too deep: ${MAX_DEPTH} levels at most`}]
}
