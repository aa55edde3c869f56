import {isAlias, isMap, isScalar, isSeq, parseDocument, visit} from 'yaml'
import type {Alias, Document, Node, Pair, YAMLMap} from 'yaml'
import type {Fault, SourceKind} from './fault.js'
import {LAB_FILE_KIND, shownKey, sourceError} from './fault.js'
import {textFaults} from './text-faults.js'

type Path = readonly PropertyKey[]

/** A parsed text: plain values, and where each of them stands. */
export interface YamlSource {
  readonly value: unknown
  readonly keyOffset: (path: Path) => number
  readonly valueOffset: (path: Path) => number
}

const MAX_ALIASES = 100

const offsetOf = (node: unknown): number => (node as Node | null)?.range?.[0] ?? 0
const keyOf = ({key}: Pair): string => (isScalar(key) ? String(key.value) : String(key))
const lowerFirst = (text: string) => text.charAt(0).toLowerCase() + text.slice(1)

function aliasFaults(document: Document, alias: Alias): readonly Fault[] {
  if (alias.resolve(document)) return []
  return [{offset: offsetOf(alias), message: `*${shownKey(alias.source)} refers to nothing before it`}]
}

function keyFaults(map: YAMLMap): readonly Fault[] {
  const seen = new Set<string>()
  return map.items.flatMap(pair => {
    const key = keyOf(pair)
    const offset = offsetOf(pair.key)
    if (key === '__proto__') return [{offset, message: 'unknown key __proto__'}]
    if (seen.has(key)) return [{offset, message: `duplicate key ${shownKey(key)}`}]
    seen.add(key)
    return []
  })
}

/** Environment variables are texts: `007` and `1e3` reach the container as they are written, not as numbers. */
function keepAsWritten(environment: unknown): void {
  if (!isMap(environment)) return
  for (const {value} of environment.items) {
    if (isScalar(value) && value.source !== undefined && ['number', 'boolean'].includes(typeof value.value)) {
      value.value = value.source
    }
  }
}

function treeFaults(document: Document): readonly Fault[] {
  const faults: Fault[] = []
  visit(document, {
    Alias: (_, alias) => void faults.push(...aliasFaults(document, alias)),
    Map: (_, map) => void faults.push(...keyFaults(map)),
    Pair: (_, pair) => void (keyOf(pair) === 'environment' && keepAsWritten(pair.value)),
  })
  return faults
}

function toPlain(document: Document): {readonly value: unknown} | {readonly faults: readonly Fault[]} {
  try {
    return {value: document.toJS({maxAliasCount: MAX_ALIASES})}
  } catch (error) {
    if (!(error instanceof ReferenceError)) throw error
    let offset = 0
    visit(document, {
      Alias: (_, alias) => {
        offset = offsetOf(alias)
        return visit.BREAK
      },
    })
    return {faults: [{offset, message: 'aliases that repeat too much'}]}
  }
}

function find(document: Document, path: Path): {readonly key: number; readonly value: number} {
  let node: unknown = document.contents
  let found = {key: offsetOf(node), value: offsetOf(node)}
  for (const part of path) {
    const parent = isAlias(node) ? node.resolve(document) : node
    const pair = isMap(parent) ? parent.items.find(item => keyOf(item) === String(part)) : undefined
    node = pair ? pair.value : isSeq(parent) ? parent.items[Number(part)] : undefined
    if (!node && !pair) return found
    const value = offsetOf(node)
    found = {key: pair ? offsetOf(pair.key) : value, value: node ? value : offsetOf(pair?.key)}
  }
  return found
}

/** Parses YAML without tags of its own, merge keys or keys that are no text. */
export function readYaml(
  text: string,
  {what}: SourceKind = LAB_FILE_KIND,
): {readonly source: YamlSource} | {readonly faults: readonly Fault[]} {
  const document = parseDocument(text, {
    prettyErrors: false,
    // Checked by ourselves: the parser compares every key with every other.
    uniqueKeys: false,
    stringKeys: true,
    schema: 'core',
    merge: false,
    resolveKnownTags: false,
    logLevel: 'error',
  })
  const syntax = [...document.errors, ...document.warnings].map(({code, pos, message}) => ({
    offset: pos[0],
    message: code === 'MULTIPLE_DOCS' ? `a second document: ${what} is one` : lowerFirst(message),
  }))
  if (syntax.length > 0) return {faults: syntax}
  const faults = treeFaults(document)
  if (faults.length > 0) return {faults}
  const plain = toPlain(document)
  if ('faults' in plain) return plain
  return {
    source: {
      value: plain.value,
      keyOffset: path => find(document, path).key,
      valueOffset: path => find(document, path).value,
    },
  }
}

/** The text as YAML, and as its columns are counted. Throws the kind's error for what is none. `file` is only shown. */
export function readSource(
  text: string,
  file: string,
  kind: SourceKind = LAB_FILE_KIND,
): {readonly source: YamlSource; readonly plain: string} {
  // Some editors begin a file with a byte order mark; columns are counted without it.
  const plain = text.startsWith('\ufeff') ? text.slice(1) : text
  const unreadable = textFaults(plain, kind)
  if (unreadable.length > 0) throw sourceError(unreadable, plain, file, kind)
  const read = readYaml(plain, kind)
  if ('faults' in read) throw sourceError(read.faults, plain, file, kind)
  return {source: read.source, plain}
}
