import type {PlaceRules} from '../config/rules.js'
import {isTable, namesIn, type ConfigTable} from '../config/table.js'
import type {Outcome} from './entries.js'
import type {LabSide} from './lab-side.js'

export interface DatabaseDecision {
  readonly outcome: Outcome
  readonly why: string
}

const EMBEDDED = /^(?:h2|derby|hsqldb)$/i
const EMBEDDED_URL = /^jdbc:(?:h2:(?!tcp:|ssl:)|derby:(?!\/\/)|hsqldb:(?!hsqls?:|https?:))/i

const tableOf = (table: ConfigTable, names: readonly string[]): ConfigTable => {
  const found = names.reduce<unknown>((at, name) => (isTable(at) ? at[name] : undefined), table)
  return isTable(found) ? found : {}
}

/** Whether a database's table is one of a file in the node itself. Some write the URL where the host belongs. */
export function isEmbedded({type, url, hostname}: ConfigTable): boolean {
  const address = url ?? hostname
  return typeof address === 'string' && address.startsWith('jdbc:')
    ? EMBEDDED_URL.test(address)
    : typeof type === 'string' && EMBEDDED.test(type)
}

const isSet = (table: ConfigTable) => Object.keys(table).length > 0

/** What kind of server a database is on, as its file says it. */
function kindOf({type, url}: ConfigTable): string {
  const ofUrl = typeof url === 'string' ? /^jdbc:([a-z0-9]+)/i.exec(url)?.[1] : undefined
  return String(ofUrl ?? type ?? 'a database server').toLowerCase()
}

/** What becomes of a key of a database that is on a server; undefined for what is no such key, or is as good in the lab. */
export function databaseUnit(
  key: string,
  table: ConfigTable,
  lab: LabSide,
  {databases, connection}: PlaceRules,
): DatabaseDecision | undefined {
  const [first, name = '', ...below] = namesIn(key)
  if (first !== databases || below.length === 0) return undefined
  const own = tableOf(table, [databases, name])
  const its = tableOf(lab.table, [databases, name])
  const isConnection = below.length === 1 && connection.includes(below[0]!)
  if (isEmbedded(own)) {
    if (isEmbedded(its) && isConnection && its[below[0]!] === undefined)
      return {outcome: 'idle', why: 'an embedded database is reached by no server'}
    if (!isSet(its) || isEmbedded(its) || !isConnection) return undefined
    return {outcome: 'replaced', why: 'embedded in production: the database that the lab shares'}
  }
  if (!isSet(its)) return {outcome: 'left', why: `${lab.component} of the lab uses no database ${name}`}
  if (!isConnection) return undefined
  if (isEmbedded(its)) return {outcome: 'replaced', why: `${lab.component} of the lab has it embedded`}
  const kind = kindOf(own)
  const labs = kindOf(its)
  return {
    outcome: 'replaced',
    why: kind === labs ? `the lab's own ${labs}` : `the lab's own ${labs}, in place of ${kind}`,
  }
}
