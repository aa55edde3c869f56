/** Why a store query can't be understood: a sentence for its author. */
export class QueryError extends Error {
  override readonly name = 'QueryError'
}

type Literal = string | number | boolean
const COMPARISONS = ['==', '!=', '<=', '>=', '<', '>'] as const
export type Comparison = (typeof COMPARISONS)[number]

export type Condition =
  | {readonly kind: 'and' | 'or'; readonly sides: readonly Condition[]}
  | {readonly kind: 'compare'; readonly column: string; readonly comparison: Comparison; readonly value: Literal}

export interface Item {
  /** Of sum, count, avg, min, max; without it the column itself. */
  readonly call?: string
  /** Only count() has none. */
  readonly column?: string
  readonly alias: string
}

/** A store query of Siddhi's language, as far as mini takes it. */
export interface Query {
  readonly source: string
  readonly condition?: Condition
  /** Milliseconds since 1970: from the first on, before the second. */
  readonly within?: readonly [number, number]
  readonly per?: string
  readonly select: readonly Item[] | '*'
  readonly groupBy: readonly string[]
  readonly orderBy: readonly {readonly column: string; readonly descending: boolean}[]
  readonly limit?: number
  readonly offset?: number
}

const TOKEN =
  /\s*(?:(?<text>'[^'\n]*'|"[^"\n]*")|(?<number>-?\d+(?:\.\d+)?)[lLfFdD]?\b|(?<word>[A-Za-z_]\w*)|(?<sign>==|!=|<=|>=|[<>(),;*]))/y
const LONGEST = 10_000
const DEEPEST = 50

interface Token {
  readonly kind: 'text' | 'number' | 'word' | 'sign' | 'end'
  readonly text: string
}

function tokensOf(query: string): readonly Token[] {
  if (query.length > LONGEST) throw new QueryError(`a query has at most ${LONGEST} characters`)
  const tokens: Token[] = []
  const end = query.trimEnd().length
  TOKEN.lastIndex = 0
  while (TOKEN.lastIndex < end) {
    const at = TOKEN.lastIndex
    const found = Object.entries(TOKEN.exec(query)?.groups ?? {}).find(([, text]) => text !== undefined)
    if (!found) throw new QueryError(`unexpected characters at ${at}: ${query.slice(at, at + 20).trim()}`)
    tokens.push({kind: found[0] as Token['kind'], text: found[1]})
  }
  return tokens
}

/** Reads tokens one after the other. */
class Reader {
  private at = 0
  constructor(private readonly tokens: readonly Token[]) {}

  get next(): Token {
    return this.tokens[this.at] ?? {kind: 'end', text: 'the end'}
  }
  /** Whether a keyword or sign follows; it is taken then. */
  takes(text: string): boolean {
    const {kind, text: found} = this.next
    const fits = (kind === 'word' && found.toLowerCase() === text) || (kind === 'sign' && found === text)
    if (fits) this.at++
    return fits
  }
  expect(text: string): void {
    if (!this.takes(text)) throw new QueryError(`expected ${text}, got ${this.next.text.slice(0, 50)}`)
  }
  take(kind: Token['kind'], what: string): string {
    const {kind: found, text} = this.next
    if (found !== kind) throw new QueryError(`expected ${what}, got ${text.slice(0, 50)}`)
    this.at++
    return text
  }
}

function literal(reader: Reader): Literal {
  const {kind, text} = reader.next
  if (kind === 'text') return reader.take('text', 'a value').slice(1, -1)
  if (kind === 'number') {
    const value = Number(reader.take('number', 'a value'))
    if (!Number.isFinite(value)) throw new QueryError(`the number ${text.slice(0, 50)}... is too large`)
    return value
  }
  if (reader.takes('true')) return true
  if (reader.takes('false')) return false
  throw new QueryError(`expected a value, got ${text.slice(0, 50)}`)
}

function compare(reader: Reader): Condition {
  const column = reader.take('word', 'a column')
  const comparison = COMPARISONS.find(it => reader.takes(it))
  if (!comparison) throw new QueryError(`expected a comparison after ${column}, got ${reader.next.text.slice(0, 50)}`)
  return {kind: 'compare', column, comparison, value: literal(reader)}
}

function condition(reader: Reader, depth = 0): Condition {
  if (depth > DEEPEST) throw new QueryError('the condition is too deep')
  const single = (): Condition => {
    if (!reader.takes('(')) return compare(reader)
    const inner = condition(reader, depth + 1)
    reader.expect(')')
    return inner
  }
  const joined = (kind: 'and' | 'or', side: () => Condition): Condition => {
    const first = side()
    const sides = [first]
    while (reader.takes(kind)) sides.push(side())
    return sides.length === 1 ? first : {kind, sides}
  }
  return joined('or', () => joined('and', single))
}

function listOf<T>(reader: Reader, one: () => T): readonly T[] {
  const list = [one()]
  while (reader.takes(',')) list.push(one())
  return list
}

function item(reader: Reader): Item {
  const word = reader.take('word', 'a column')
  const inner = reader.takes('(')
  const column = !inner ? word : reader.next.kind === 'word' ? reader.take('word', 'a column') : undefined
  if (inner) reader.expect(')')
  const alias = reader.takes('as') ? reader.take('word', 'a name') : inner ? `${word}(${column ?? ''})` : word
  return {...(inner && {call: word.toLowerCase()}), ...(column !== undefined && {column}), alias}
}

function whole(reader: Reader, what: string): number {
  const value = Number(reader.take('number', what))
  if (!Number.isSafeInteger(value) || value < 0) throw new QueryError(`${what} is no whole number of 0 or more`)
  return value
}

/** Reads a store query. Throws QueryError. */
export function parseQuery(text: string): Query {
  const reader = new Reader(tokensOf(text))
  const column = () => reader.take('word', 'a column')
  reader.expect('from')
  const source = reader.take('word', 'a table or an aggregation')
  const on = reader.takes('on') ? condition(reader) : undefined
  let within: readonly [number, number] | undefined
  let per: string | undefined
  if (reader.takes('within')) {
    const from = whole(reader, 'the start of within')
    reader.expect(',')
    within = [from, whole(reader, 'the end of within')]
    reader.expect('per')
    per = reader.take('text', "a duration such as 'minutes'").slice(1, -1)
  }
  const select = !reader.takes('select') || reader.takes('*') ? '*' : listOf(reader, () => item(reader))
  const by = (word: string) => {
    if (!reader.takes(word)) return false
    reader.expect('by')
    return true
  }
  const groupBy = by('group') ? listOf(reader, column) : []
  const direction = () => {
    const descending = reader.takes('desc')
    if (!descending) reader.takes('asc')
    return descending
  }
  const orderBy = by('order') ? listOf(reader, () => ({column: column(), descending: direction()})) : []
  const limit = reader.takes('limit') ? whole(reader, 'limit') : undefined
  const offset = reader.takes('offset') ? whole(reader, 'offset') : undefined
  reader.takes(';')
  if (reader.next.kind !== 'end') throw new QueryError(`unexpected ${reader.next.text.slice(0, 50)}`)
  return {
    source,
    ...(on && {condition: on}),
    ...(within && {within}),
    ...(per !== undefined && {per}),
    select,
    groupBy,
    orderBy,
    ...(limit !== undefined && {limit}),
    ...(offset !== undefined && {offset}),
  }
}
