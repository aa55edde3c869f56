import {randomUUID} from 'node:crypto'
import {change, insert, row, rows, type Queryable, type Value} from '../databases/sql.js'
import type {TimeUnit} from '../hub/data.js'
import {addConditionGroups, conditionGroups, removeConditionGroups} from './condition-store.js'
import {limitColumns, readLimit} from './limit-columns.js'
import type {ConditionGroup, Policy, PolicyInput, PolicyKind} from './policy.js'

/** Where a level's policies are: the tables of 3.2.0 differ in a prefix and in what a level has of its own. */
interface Place {
  readonly table: string
  readonly prefix: '' | 'DEFAULT_'
  /** Columns that only this level has, and their values. */
  readonly own: (input: PolicyInput) => Readonly<Record<string, Value>>
}

const PLACES: Readonly<Record<PolicyKind, Place>> = {
  API: {table: 'AM_API_THROTTLE_POLICY', prefix: 'DEFAULT_', own: () => ({APPLICABLE_LEVEL: 'apiLevel'})},
  APPLICATION: {table: 'AM_POLICY_APPLICATION', prefix: '', own: () => ({})},
  SUBSCRIPTION: {
    table: 'AM_POLICY_SUBSCRIPTION',
    prefix: '',
    own: input => ({
      RATE_LIMIT_COUNT: input.rateLimitCount,
      RATE_LIMIT_TIME_UNIT: input.rateLimitTimeUnit,
      STOP_ON_QUOTA_REACH: input.stopOnQuotaReach,
      BILLING_PLAN: input.billingPlan,
      MAX_DEPTH: input.graphQLMaxDepth,
    }),
  },
}

interface PolicyRow {
  readonly POLICY_ID: number
  readonly UUID: string | null
  readonly NAME: string
  readonly DISPLAY_NAME: string | null
  readonly TENANT_ID: number
  readonly DESCRIPTION: string | null
  readonly IS_DEPLOYED: number
  readonly RATE_LIMIT_COUNT?: number | null
  readonly RATE_LIMIT_TIME_UNIT?: TimeUnit | null
  readonly STOP_ON_QUOTA_REACH?: number
  readonly BILLING_PLAN?: string
  readonly MAX_DEPTH?: number
  readonly [column: string]: unknown
}

function toPolicy(kind: PolicyKind, found: PolicyRow, groups: readonly ConditionGroup[]): Policy {
  const {prefix} = PLACES[kind]
  return {
    kind,
    id: found.POLICY_ID,
    uuid: found.UUID ?? '',
    tenantId: found.TENANT_ID,
    deployed: found.IS_DEPLOYED === 1,
    name: found.NAME,
    displayName: found.DISPLAY_NAME ?? found.NAME,
    description: found.DESCRIPTION ?? '',
    limit: readLimit(found, prefix),
    conditionGroups: groups,
    rateLimitCount: found.RATE_LIMIT_COUNT ?? 0,
    rateLimitTimeUnit: found.RATE_LIMIT_TIME_UNIT ?? null,
    stopOnQuotaReach: found.STOP_ON_QUOTA_REACH === 1,
    billingPlan: found.BILLING_PLAN ?? 'FREE',
    graphQLMaxDepth: found.MAX_DEPTH ?? 0,
  }
}

function columnsOf(kind: PolicyKind, input: PolicyInput): Record<string, Value> {
  const {prefix, own} = PLACES[kind]
  const {limit} = input
  return {
    NAME: input.name,
    DISPLAY_NAME: input.displayName,
    DESCRIPTION: input.description,
    ...limitColumns(limit, prefix),
    ...own(input),
  }
}

/** Only advanced policies have conditional groups. */
async function withGroups(apim: Queryable, kind: PolicyKind, found: readonly PolicyRow[]): Promise<readonly Policy[]> {
  const groups =
    kind === 'API'
      ? await conditionGroups(
          apim,
          found.map(it => it.POLICY_ID),
        )
      : undefined
  return found.map(it => toPolicy(kind, it, groups?.get(it.POLICY_ID) ?? []))
}

/** The policies of a level, of one tenant or of all. */
export async function listPolicies(apim: Queryable, kind: PolicyKind, tenantId?: number): Promise<readonly Policy[]> {
  const {table} = PLACES[kind]
  const [where, values] = tenantId === undefined ? ['', []] : [' WHERE TENANT_ID = ?', [tenantId]]
  const found = await rows<PolicyRow>(apim, `SELECT * FROM ${table}${where} ORDER BY POLICY_ID`, values)
  return withGroups(apim, kind, found)
}

/** The policy of a name or of a UUID within a tenant, or undefined. */
export async function findPolicy(
  apim: Queryable,
  kind: PolicyKind,
  tenantId: number,
  by: {readonly name: string} | {readonly uuid: string},
): Promise<Policy | undefined> {
  const [column, value] = 'name' in by ? ['NAME', by.name] : ['UUID', by.uuid]
  const sql = `SELECT * FROM ${PLACES[kind].table} WHERE ${column} = ? AND TENANT_ID = ?`
  const found = await row<PolicyRow>(apim, sql, [value, tenantId])
  return found && (await withGroups(apim, kind, [found]))[0]
}

/** Adds a policy and gives its UUID. Not every schema keeps its name unique: within a lock that has looked. */
export async function insertPolicy(
  apim: Queryable,
  kind: PolicyKind,
  tenantId: number,
  input: PolicyInput,
  deployed = false,
): Promise<string> {
  const uuid = randomUUID()
  const columns = {...columnsOf(kind, input), TENANT_ID: tenantId, IS_DEPLOYED: deployed, UUID: uuid}
  const id = await insert(apim, PLACES[kind].table, columns)
  if (kind === 'API') await addConditionGroups(apim, id, input.conditionGroups)
  return uuid
}

/** Replaces what a policy says; its name stays. It counts as not deployed until that was done again. */
export async function updatePolicy(apim: Queryable, {kind, id, name}: Policy, input: PolicyInput): Promise<void> {
  const columns = {...columnsOf(kind, {...input, name}), IS_DEPLOYED: false}
  const names = Object.keys(columns).map(it => `${it} = ?`)
  await change(apim, `UPDATE ${PLACES[kind].table} SET ${names.join(', ')} WHERE POLICY_ID = ?`, [
    ...Object.values(columns),
    id,
  ])
  if (kind !== 'API') return
  await removeConditionGroups(apim, id)
  await addConditionGroups(apim, id, input.conditionGroups)
}

export async function deletePolicy(apim: Queryable, {kind, id}: Policy): Promise<void> {
  if (kind === 'API') await removeConditionGroups(apim, id)
  await change(apim, `DELETE FROM ${PLACES[kind].table} WHERE POLICY_ID = ?`, [id])
}

/** Says that every traffic manager has the policy. */
export async function markDeployed(apim: Queryable, {kind, id}: Policy): Promise<void> {
  await change(apim, `UPDATE ${PLACES[kind].table} SET IS_DEPLOYED = 1 WHERE POLICY_ID = ?`, [id])
}
