import {getStaticTOMLValue, ParseError, parseTOML, type AST} from 'toml-eslint-parser'
import type {ConfigTable} from './table.js'

/** A place in a text, counted from 1. */
export interface Position {
  readonly line: number
  readonly column: number
}

export interface SourceFault extends Position {
  /**
   * `duplicate`: a key or a table that is there already; `order`: a table that stands after an array of tables inside it, on which the
   * product's parser fails without a word.
   */
  readonly code: 'syntax' | 'duplicate' | 'order'
  readonly key: string
  readonly message: string
}

/** A deployment.toml with the place of everything in it. */
export interface TomlSource {
  /** Empty where the text is not valid TOML. */
  readonly table: ConfigTable
  readonly faults: readonly SourceFault[]
  /** Where a key stands: `apim.throttling.url_group[0].urls[1]`; of one that is not there, where its nearest table stands. */
  readonly position: (key: string) => Position
  /** Whether it is there itself. */
  readonly has: (key: string) => boolean
}

type Path = readonly (string | number)[]

/** `a.b[0].'c.d'`: a key with positions in arrays. */
export const pathText = (path: Path): string =>
  path.reduce<string>((text, part) => {
    if (typeof part === 'number') return `${text}[${part}]`
    const name = part.includes('.') ? `'${part}'` : part
    return text === '' ? name : `${text}.${name}`
  }, '')

const positionOf = ({loc: {start}}: AST.TOMLNode): Position => ({line: start.line, column: start.column + 1})

const namesOf = ({keys}: AST.TOMLKey): readonly string[] =>
  keys.map(key => (key.type === 'TOMLBare' ? key.name : key.value))

function* places(value: AST.TOMLContentNode, path: Path): Generator<readonly [string, Position]> {
  if (value.type === 'TOMLArray')
    for (const [i, element] of value.elements.entries()) {
      yield [pathText([...path, i]), positionOf(element)]
      yield* places(element, [...path, i])
    }
  if (value.type === 'TOMLInlineTable') for (const pair of value.body) yield* pairPlaces(pair, path)
}

function* pairPlaces({key, value}: AST.TOMLKeyValue, above: Path): Generator<readonly [string, Position]> {
  const path = [...above, ...namesOf(key)]
  yield [pathText(path), positionOf(key)]
  yield* places(value, path)
}

function* allPlaces(program: AST.TOMLProgram): Generator<readonly [string, Position]> {
  for (const node of program.body[0].body) {
    if (node.type === 'TOMLKeyValue') yield* pairPlaces(node, [])
    else {
      yield [pathText(node.resolvedKey), positionOf(node)]
      for (const pair of node.body) yield* pairPlaces(pair, node.resolvedKey)
    }
  }
}

/** Tables that stand after an array of tables inside them: `[a]` after `[[a.b]]`. Seen on config mapper 1.0.2: a StackOverflowError. */
function orderFaults(program: AST.TOMLProgram): readonly SourceFault[] {
  const arrays: string[] = []
  return program.body[0].body.flatMap((node): SourceFault[] => {
    if (node.type !== 'TOMLTable') return []
    const key = namesOf(node.key).join('.')
    if (node.kind === 'array') {
      arrays.push(key)
      return []
    }
    const inside = arrays.find(array => array.startsWith(`${key}.`))
    if (inside === undefined) return []
    return [{...positionOf(node), code: 'order', key, message: `[${key}] stands after [[${inside}]]`}]
  })
}

/** The name of what is there twice; never the value beside it. */
function duplicateFault(text: string, place: Position): SourceFault {
  const written = text.split(/\r?\n/)[place.line - 1] ?? ''
  const key = /^\s*\[{0,2}\s*([^\]=]*?)\s*[\]=]/.exec(written)?.[1] ?? ''
  return {...place, code: 'duplicate', key, message: `${key || 'this'} is there already`}
}

/** Names that every object of JavaScript has: a table of such a name would be written into all of them. */
const isInherited = (name: string) => name in {}

function* keysIn(value: AST.TOMLContentNode): Generator<AST.TOMLKey> {
  if (value.type === 'TOMLArray') for (const element of value.elements) yield* keysIn(element)
  if (value.type === 'TOMLInlineTable')
    for (const pair of value.body) {
      yield pair.key
      yield* keysIn(pair.value)
    }
}

function inheritedName(program: AST.TOMLProgram): AST.TOMLKey | undefined {
  for (const node of program.body[0].body) {
    const pairs = node.type === 'TOMLKeyValue' ? [node] : node.body
    const keys = [
      ...(node.type === 'TOMLKeyValue' ? [] : [node.key]),
      ...pairs.flatMap(pair => [pair.key, ...keysIn(pair.value)]),
    ]
    const found = keys.find(key => namesOf(key).some(isInherited))
    if (found) return found
  }
  return undefined
}

/** The nearest place upwards that is known: `a.b` of `a.b.c`. */
function nearestPlace(known: ReadonlyMap<string, Position>, key: string): Position {
  for (let at = key; at !== ''; at = at.replace(/(\[\d+\]|(^|\.)('[^']*'|[^.[\]]+))$/, '')) {
    const position = known.get(at)
    if (position) return position
    if (!/(\[\d+\]|(^|\.)('[^']*'|[^.[\]]+))$/.test(at)) break
  }
  return {line: 1, column: 1}
}

/** Reads a deployment.toml. Never throws: what is not valid TOML is a fault. */
export function readToml(text: string): TomlSource {
  const plain = text.startsWith('\ufeff') ? text.slice(1) : text
  try {
    const program = parseTOML(plain)
    const bad = inheritedName(program)
    if (bad)
      return unreadable({
        ...positionOf(bad),
        code: 'syntax',
        key: '',
        message: `a key can't be called ${namesOf(bad).find(isInherited)}`,
      })
    const known = new Map<string, Position>()
    for (const [key, position] of allPlaces(program)) if (!known.has(key)) known.set(key, position)
    return {
      table: getStaticTOMLValue(program) as ConfigTable,
      faults: orderFaults(program),
      position: key => nearestPlace(known, key),
      has: key => known.has(key),
    }
  } catch (error) {
    if (!(error instanceof ParseError)) throw error
    const place = {line: error.lineNumber, column: error.column + 1}
    return unreadable(
      /multiple times/.test(error.message)
        ? duplicateFault(plain, place)
        : {...place, code: 'syntax', key: '', message: error.message},
    )
  }
}

const unreadable = (fault: SourceFault): TomlSource => ({
  table: {},
  faults: [fault],
  position: () => ({line: fault.line, column: fault.column}),
  has: () => false,
})
