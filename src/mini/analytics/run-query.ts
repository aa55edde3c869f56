import {rows, type Queryable, type Value} from '../databases/sql.js'
import {parseQuery, QueryError, type Comparison, type Condition, type Item} from './parse-query.js'
import {sourceOf, type Source, type SourceColumn} from './sources.js'

/** Records that one answer may have. */
const MOST = 10_000

const SQL_COMPARISONS: Readonly<Record<Comparison, string>> = {
  '==': '=',
  '!=': '<>',
  '<=': '<=',
  '>=': '>=',
  '<': '<',
  '>': '>',
}
/** `+ 0e0`: sums of whole numbers are exact decimals, which the driver gives as text. */
const CALLS: Readonly<Record<string, (sql: string) => string>> = {
  sum: sql => `SUM(${sql}) + 0e0`,
  avg: sql => `AVG(${sql}) + 0e0`,
  min: sql => `MIN(${sql})`,
  max: sql => `MAX(${sql})`,
}

function columnOf({columns}: Source, name: string): SourceColumn {
  const found = columns.get(name)
  if (!found) throw new QueryError(`there is no column ${name.slice(0, 100)}`)
  return found
}

function conditionSql(source: Source, condition: Condition, values: Value[]): string {
  if (condition.kind !== 'compare') {
    return `(${condition.sides.map(it => conditionSql(source, it, values)).join(condition.kind === 'and' ? ' AND ' : ' OR ')})`
  }
  const {sql, type} = columnOf(source, condition.column)
  const {value} = condition
  if (typeof value !== (type === 'long' ? 'number' : 'string')) {
    throw new QueryError(`${condition.column} is a ${type}: it can't be compared with ${String(value).slice(0, 50)}`)
  }
  values.push(value)
  return `${sql} ${SQL_COMPARISONS[condition.comparison]} ?`
}

function itemSql(source: Source, {call, column}: Item, grouped: ReadonlySet<string> | undefined): string {
  if (call === undefined) {
    const {sql} = columnOf(source, column ?? '')
    return grouped && !grouped.has(column ?? '') ? `ANY_VALUE(${sql})` : sql
  }
  if (call === 'count') return 'COUNT(*)'
  const make = Object.hasOwn(CALLS, call) ? CALLS[call] : undefined
  if (!make) throw new QueryError(`there is no function ${call.slice(0, 50)}`)
  if (column === undefined) throw new QueryError(`${call} needs a column`)
  const {sql, type} = columnOf(source, column)
  if (type !== 'long' && (call === 'sum' || call === 'avg')) throw new QueryError(`${column} is no number`)
  return make(sql)
}

/**
 * Runs a store query of a Siddhi application on the statistics database: its records, each a list in the order of `select`. Nothing of
 * the query's text gets into SQL: columns by a list, values as parameters. Throws QueryError.
 */
export async function runQuery(
  statistics: Queryable,
  app: string,
  text: string,
): Promise<readonly (readonly unknown[])[]> {
  const query = parseQuery(text)
  const source = sourceOf(app, query)
  const items: readonly Item[] =
    query.select === '*' ? [...source.columns.keys()].map(it => ({column: it, alias: it})) : query.select
  const groups = query.groupBy.length > 0 || items.some(({call}) => call !== undefined)
  const grouped = groups ? new Set(query.groupBy) : undefined
  const values: Value[] = []
  const selected = items.map((it, i) => `${itemSql(source, it, grouped)} AS c${i}`)
  const where: string[] = []
  if (source.within) {
    where.push('AGG_TIMESTAMP >= ? AND AGG_TIMESTAMP < ?')
    values.push(...source.within)
  }
  if (query.condition) where.push(conditionSql(source, query.condition, values))
  const order = query.orderBy.map(({column, descending}) => {
    const at = items.findIndex(({alias}) => alias === column)
    if (at < 0) throw new QueryError(`order by ${column.slice(0, 100)}: it is not selected`)
    return `c${at}${descending ? ' DESC' : ''}`
  })
  const sql = [
    `SELECT ${selected.join(', ')} FROM ${source.table}`,
    where.length > 0 && `WHERE ${where.join(' AND ')}`,
    query.groupBy.length > 0 && `GROUP BY ${query.groupBy.map(it => columnOf(source, it).sql).join(', ')}`,
    // SQL gives one row of nothing for a sum over nothing; Siddhi gives none.
    groups && 'HAVING COUNT(*) > 0',
    order.length > 0 && `ORDER BY ${order.join(', ')}`,
    'LIMIT ? OFFSET ?',
  ]
  values.push(Math.min(query.limit ?? MOST, MOST), query.offset ?? 0)
  const found = await rows<Record<string, unknown>>(statistics, sql.filter(it => it !== false).join(' '), values)
  return found.map(record => items.map((_, i) => record[`c${i}`]))
}
