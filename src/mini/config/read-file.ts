import {readFileSync} from 'node:fs'
import {parse as parseToml, TomlError} from 'smol-toml'
import {LineCounter, parseDocument} from 'yaml'
import {reasonOf, StartFailure} from '../failure.js'

const firstLine = (text: string) =>
  (text.split('\n')[0] ?? text).replace(/^Invalid TOML document: /, '').replace(/:$/, '')

function toml(file: string, text: string): unknown {
  try {
    return parseToml(text)
  } catch (error) {
    if (!(error instanceof TomlError)) throw new StartFailure(`${file}: not TOML: ${reasonOf(error)}`)
    throw new StartFailure(`${file}:${error.line}:${error.column}: not TOML: ${firstLine(error.message)}`)
  }
}

function yaml(file: string, text: string): unknown {
  const lines = new LineCounter()
  const document = parseDocument(text, {lineCounter: lines, prettyErrors: false})
  const error = document.errors[0]
  if (error) {
    const {line, col} = lines.linePos(error.pos[0])
    throw new StartFailure(`${file}:${line}:${col}: not YAML: ${firstLine(error.message)}`)
  }
  try {
    return document.toJS()
  } catch (problem) {
    throw new StartFailure(`${file}: not YAML: ${reasonOf(problem)}`)
  }
}

/** Reads a deployment.toml or deployment.yaml. Throws StartFailure naming file, line and column if it can't be read or parsed. */
export function readConfigFile(file: string): unknown {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    throw new StartFailure(`${file} can't be read: ${reasonOf(error)}`)
  }
  return file.endsWith('.toml') ? toml(file, text) : yaml(file, text)
}
