import {AGGREGATIONS, DURATIONS, tableOf, type Duration} from './aggregations.js'
import {QueryError, type Query} from './parse-query.js'
import {ALERT_TABLES, ALERTS_APP} from './tables.js'

export interface SourceColumn {
  readonly type: 'string' | 'long'
  /** How SQL gets at it; never made of anything that a query says. */
  readonly sql: string
}

/** What a query reads from: an aggregation's buckets of a duration, or a table. */
export interface Source {
  readonly table: string
  readonly columns: ReadonlyMap<string, SourceColumn>
  readonly within?: readonly [number, number]
}

interface Definition {
  readonly app: string
  readonly columns: ReadonlyMap<string, SourceColumn>
  /** By duration; a table has only one. */
  readonly tables: Readonly<Partial<Record<Duration, string>>> | string
}

const columnsOf = (types: Readonly<Record<string, 'string' | 'long'>>) =>
  Object.entries(types).map(([name, type]): [string, SourceColumn] => [name, {type, sql: `\`${name}\``}])

const aggregations = AGGREGATIONS.map((it): [string, Definition] => {
  const types = {
    AGG_TIMESTAMP: 'long' as const,
    ...Object.fromEntries(it.keys.map(key => [key, 'string' as const])),
    ...Object.fromEntries(Object.keys(it.counters).map(counter => [counter, 'long' as const])),
  }
  const averages = Object.entries(it.averages ?? {})
  const hidden = new Set(averages.flatMap(([, pair]) => [...pair]))
  const columns = new Map<string, SourceColumn>([
    ...columnsOf(types).filter(([name]) => !hidden.has(name)),
    ...averages.map(([name, [sum, count]]): [string, SourceColumn] => [
      name,
      {type: 'long', sql: `(\`${sum}\` / \`${count}\` + 0e0)`},
    ]),
  ])
  return [it.name, {app: it.app, columns, tables: {MINUTES: tableOf(it, 'MINUTES'), HOURS: tableOf(it, 'HOURS')}}]
})

const tables = ALERT_TABLES.map((it): [string, Definition] => [
  it.name,
  {app: ALERTS_APP, columns: new Map(columnsOf(it.columns)), tables: it.name},
])

const DEFINITIONS = new Map([...aggregations, ...tables])

/** Applications whose tables can be queried. */
export const APPS: ReadonlySet<string> = new Set([...DEFINITIONS.values()].map(({app}) => app))

/** What a query of an application reads from. Throws QueryError. */
export function sourceOf(app: string, {source, within, per}: Query): Source {
  const found = DEFINITIONS.get(source)
  if (found?.app !== app) throw new QueryError(`${app} has no table or aggregation ${source.slice(0, 100)}`)
  const {columns, tables: byDuration} = found
  if (typeof byDuration === 'string') {
    if (within) throw new QueryError(`${source} is a table: it has no within and per`)
    return {table: byDuration, columns}
  }
  if (!within || per === undefined) throw new QueryError(`${source} is an aggregation: it needs within and per`)
  const duration = per.toUpperCase()
  const table = Object.hasOwn(DURATIONS, duration) ? byDuration[duration as Duration] : undefined
  if (table === undefined) throw new QueryError(`${source} is kept per 'minutes' and 'hours'`)
  return {table, columns, within}
}
