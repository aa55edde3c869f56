import {isActionLine, withoutTemplate, type Templates} from './templates.js'
import type {ConfigText} from './source.js'

const BLOCK_KEY = /^(\s*)(?:- +)?(["']?)([^\s"'#:][^"'#:]*)\2\s*:\s*[|>][-+0-9]*\s*(?:#.*)?$/
const KEY = /^(\s*)(?:- +)?(["']?)([^\s"'#:][^"':]*)\2\s*:(?:\s|$)/

/** Far above any chart; looking at the keys above each of them takes time. */
const MOST_BLOCKS = 100

const indentOf = (line: string) => /^\s*/.exec(line)![0].length

interface Block {
  readonly key: string
  /** Index of its first line. */
  readonly from: number
  readonly to: number
  readonly indent: number
}

function blockAt(lines: readonly string[], i: number): Block | undefined {
  const match = BLOCK_KEY.exec(lines[i]!)
  if (!match) return undefined
  const outer = match[1]!.length
  const isInside = (line: string) => line.trim() === '' || isActionLine(line) || indentOf(line) > outer
  let to = i + 1
  while (to < lines.length && isInside(lines[to]!)) to++
  const written = lines.slice(i + 1, to).filter(line => line.trim() !== '' && !isActionLine(line))
  if (written.length === 0) return undefined
  return {key: match[3]!.trim(), from: i + 1, to, indent: Math.min(...written.map(indentOf))}
}

/** Keys above a line, the nearest first: those that are indented less and less. */
function keysAbove(lines: readonly string[], i: number): readonly string[] {
  const names: string[] = []
  let indent = indentOf(lines[i]!)
  for (let at = i - 1; at >= 0 && indent > 0; at--) {
    const match = KEY.exec(lines[at]!)
    if (!match || match[1]!.length >= indent) continue
    names.push(match[3]!.trim())
    indent = match[1]!.length
  }
  return names
}

/** The `metadata: name:` of the document that a line is in. */
function metadataName(lines: readonly string[], i: number): string | undefined {
  const start = lines.findLastIndex((line, at) => at < i && /^---/.test(line)) + 1
  const at = lines.findIndex((line, k) => k >= start && k < i && /^metadata\s*:/.test(line))
  const name = at < 0 ? undefined : lines.slice(at + 1, i).find(line => /^\s+name\s*:/.test(line))
  return name === undefined ? undefined : name.slice(name.indexOf(':') + 1).trim()
}

/**
 * The configuration files that stand as blocks in a YAML file: of a config map, its template or a values file. The text alone is looked
 * at: a template is not valid YAML, and what is hostile to a parser is not parsed. `isConfig` tells whether a block without a telling name is one.
 */
export function tomlBlocks(
  {path, text}: {readonly path: string; readonly text: string},
  templates: Templates,
  isConfig: (text: string) => boolean,
): readonly ConfigText[] {
  const lines = text.split('\n').map(line => line.replace(/\r$/, ''))
  const found: ConfigText[] = []
  for (let i = 0; i < lines.length && found.length < MOST_BLOCKS; i++) {
    const block = blockAt(lines, i)
    if (!block) continue
    const own = lines.slice(block.from, block.to)
    const raw = own.map(line => (isActionLine(line) ? line.trim() : line.slice(block.indent))).join('\n')
    if (!block.key.endsWith('.toml') && !isConfig(raw)) continue
    const firstLine = block.from + 1
    const map = metadataName(lines, i)
    const plain = withoutTemplate(raw, templates, {file: path, firstLine})
    found.push({
      file: path,
      firstLine,
      ...plain,
      names: [block.key.replace(/\.toml$/, ''), ...(map === undefined ? [] : [map]), ...keysAbove(lines, i)],
      ...(map !== undefined && {configMap: markedName(map, templates)}),
    })
    i = block.to - 1
  }
  return found
}

/** A name as it is compared with others: expressions of its template as marks. */
export const markedName = (name: string, templates: Templates): string =>
  withoutTemplate(name, templates, {file: '', firstLine: 1}).text.replace(/["']/g, '')
