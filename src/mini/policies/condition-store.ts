import {change, insert, marks, rows, type Queryable, type Value} from '../databases/sql.js'
import type {Condition} from '../hub/data.js'
import {limitColumns, readLimit} from './limit-columns.js'
import type {ConditionGroup} from './policy.js'

/** Where conditions of a kind are: tables of 3.2.0. As ApiMgtDAO of carbon-apimgt v6.7.206 writes it, the flag says that one is inverted. */
interface Place {
  readonly table: string
  readonly id: string
  readonly flag: string
  readonly write: (condition: Condition) => Readonly<Record<string, Value>>
  readonly read: (row: Row) => Pick<Condition, 'conditionType' | 'name' | 'value'>
}

type Row = Readonly<Record<string, unknown>>

const text = (row: Row, column: string) => String((row[column] as string | null) ?? '')

const named = (
  conditionType: Condition['conditionType'],
  [name, value]: readonly [string, string],
): Pick<Place, 'write' | 'read'> => ({
  write: it => ({[name]: it.name, [value]: it.value}),
  read: row => ({conditionType, name: text(row, name), value: text(row, value)}),
})

const IP: Place = {
  table: 'AM_IP_CONDITION',
  id: 'AM_IP_CONDITION_ID',
  flag: 'WITHIN_IP_RANGE',
  write: ({conditionType, name, value}) =>
    conditionType === 'IPSpecific' ? {SPECIFIC_IP: value} : {STARTING_IP: name, ENDING_IP: value},
  read: row =>
    text(row, 'SPECIFIC_IP') === ''
      ? {conditionType: 'IPRange', name: text(row, 'STARTING_IP'), value: text(row, 'ENDING_IP')}
      : {conditionType: 'IPSpecific', name: '', value: text(row, 'SPECIFIC_IP')},
}

const PLACES: Readonly<Record<Condition['conditionType'], Place>> = {
  IPSpecific: IP,
  IPRange: IP,
  Header: {
    table: 'AM_HEADER_FIELD_CONDITION',
    id: 'HEADER_FIELD_ID',
    flag: 'IS_HEADER_FIELD_MAPPING',
    ...named('Header', ['HEADER_FIELD_NAME', 'HEADER_FIELD_VALUE']),
  },
  QueryParameterType: {
    table: 'AM_QUERY_PARAMETER_CONDITION',
    id: 'QUERY_PARAMETER_ID',
    flag: 'IS_PARAM_MAPPING',
    ...named('QueryParameterType', ['PARAMETER_NAME', 'PARAMETER_VALUE']),
  },
  JWTClaims: {
    table: 'AM_JWT_CLAIM_CONDITION',
    id: 'JWT_CLAIM_ID',
    flag: 'IS_CLAIM_MAPPING',
    ...named('JWTClaims', ['CLAIM_URI', 'CLAIM_ATTRIB']),
  },
}
const ALL = [...new Set(Object.values(PLACES))]

const GROUPS = 'AM_CONDITION_GROUP'
const GROUP_ID = 'CONDITION_GROUP_ID'

/** The groups of advanced policies, by the policies' ids. */
export async function conditionGroups(
  on: Queryable,
  policyIds: readonly number[],
): Promise<ReadonlyMap<number, readonly ConditionGroup[]>> {
  const found = new Map<number, ConditionGroup[]>()
  if (policyIds.length === 0) return found
  const sql = `SELECT * FROM ${GROUPS} WHERE POLICY_ID IN (${marks(policyIds)}) ORDER BY ${GROUP_ID}`
  const groups = await rows<Row>(on, sql, policyIds)
  if (groups.length === 0) return found
  const ids = groups.map(it => Number(it[GROUP_ID]))
  const conditions = new Map<number, Condition[]>(ids.map(id => [id, []]))
  for (const {table, id, flag, read} of ALL) {
    const of = `SELECT * FROM ${table} WHERE ${GROUP_ID} IN (${marks(ids)}) ORDER BY ${id}`
    for (const it of await rows<Row>(on, of, ids)) {
      conditions.get(Number(it[GROUP_ID]))?.push({...read(it), isInverted: Number(it[flag]) === 1})
    }
  }
  for (const it of groups) {
    const [policy, id] = [Number(it.POLICY_ID), Number(it[GROUP_ID])]
    const made = {
      id,
      description: text(it, 'DESCRIPTION'),
      limit: readLimit(it, ''),
      conditions: conditions.get(id) ?? [],
    }
    found.set(policy, [...(found.get(policy) ?? []), made])
  }
  return found
}

export async function removeConditionGroups(on: Queryable, policyId: number): Promise<void> {
  const mine = `SELECT ${GROUP_ID} FROM ${GROUPS} WHERE POLICY_ID = ?`
  for (const {table} of ALL) await change(on, `DELETE FROM ${table} WHERE ${GROUP_ID} IN (${mine})`, [policyId])
  await change(on, `DELETE FROM ${GROUPS} WHERE POLICY_ID = ?`, [policyId])
}

export async function addConditionGroups(
  on: Queryable,
  policyId: number,
  groups: readonly Omit<ConditionGroup, 'id'>[],
): Promise<void> {
  for (const {description, limit, conditions} of groups) {
    const columns = {POLICY_ID: policyId, DESCRIPTION: description, ...limitColumns(limit, '')}
    const id = await insert(on, GROUPS, columns)
    for (const it of conditions) {
      const {table, flag, write} = PLACES[it.conditionType]
      await insert(on, table, {[GROUP_ID]: id, ...write(it), [flag]: it.isInverted})
    }
  }
}
