import {randomUUID} from 'node:crypto'
import {change, row, rows, type Queryable} from '../databases/sql.js'
import type {BlockData, IpBlock} from '../hub/data.js'
import type {BlockEvent, BlockType} from '../hub/events.js'

/** A row of AM_BLOCK_CONDITIONS. */
export interface BlockCondition {
  readonly id: number
  readonly uuid: string
  readonly type: BlockType
  /** API: context; APPLICATION: `owner:name`; USER: `admin@carbon.super`; IP and IPRANGE: JSON {fixedIp | startingIp, endingIp, invert}. */
  readonly value: string
  readonly enabled: boolean
  readonly tenantDomain: string
}

interface BlockRow extends Omit<BlockCondition, 'enabled'> {
  readonly enabled: string
}

const SELECT =
  "SELECT CONDITION_ID AS id, COALESCE(UUID, '') AS uuid, TYPE AS type, VALUE AS value, LOWER(ENABLED) AS enabled, " +
  'DOMAIN AS tenantDomain FROM AM_BLOCK_CONDITIONS'

const toCondition = (found: BlockRow): BlockCondition => ({...found, enabled: found.enabled === 'true'})

/** The conditions of one tenant, or of all. */
export async function listBlocks(apim: Queryable, tenantDomain?: string): Promise<readonly BlockCondition[]> {
  const [where, values] = tenantDomain === undefined ? ['', []] : [' WHERE DOMAIN = ?', [tenantDomain]]
  return (await rows<BlockRow>(apim, `${SELECT}${where} ORDER BY CONDITION_ID`, values)).map(toCondition)
}

/** The condition of a UUID within a tenant, or undefined. */
export async function findBlock(
  apim: Queryable,
  tenantDomain: string,
  uuid: string,
): Promise<BlockCondition | undefined> {
  const found = await row<BlockRow>(apim, `${SELECT} WHERE UUID = ? AND DOMAIN = ?`, [uuid, tenantDomain])
  return found && toCondition(found)
}

/** Adds a condition, or gives undefined where the same is there. No column keeps it unique: within a lock. */
export async function insertBlock(
  apim: Queryable,
  {type, value, enabled, tenantDomain}: Omit<BlockCondition, 'id' | 'uuid'>,
): Promise<BlockCondition | undefined> {
  const same = 'SELECT CONDITION_ID FROM AM_BLOCK_CONDITIONS WHERE TYPE = ? AND VALUE = ? AND DOMAIN = ?'
  if (await row(apim, same, [type, value, tenantDomain])) return undefined
  const uuid = randomUUID()
  const sql = 'INSERT INTO AM_BLOCK_CONDITIONS (TYPE, VALUE, ENABLED, DOMAIN, UUID) VALUES (?, ?, ?, ?, ?)'
  const {id} = await change(apim, sql, [type, value, String(enabled), tenantDomain, uuid])
  return {id, uuid, type, value, enabled, tenantDomain}
}

export async function enableBlock(apim: Queryable, id: number, enabled: boolean): Promise<void> {
  await change(apim, 'UPDATE AM_BLOCK_CONDITIONS SET ENABLED = ? WHERE CONDITION_ID = ?', [String(enabled), id])
}

/** Whether it was there. */
export const deleteBlock = async (apim: Queryable, id: number): Promise<boolean> =>
  (await change(apim, 'DELETE FROM AM_BLOCK_CONDITIONS WHERE CONDITION_ID = ?', [id])).count > 0

/** What the hub says of a condition; a removed one is one that is no longer in force. */
export const toBlockEvent = (
  {id, type, value, enabled, tenantDomain}: BlockCondition,
  inForce = enabled,
): BlockEvent => ({
  id,
  blockingCondition: type,
  conditionValue: value,
  state: inForce ? 'true' : 'false',
  tenantDomain,
})

function toIpBlock({id, type, value, tenantDomain}: BlockCondition): IpBlock {
  const parsed = JSON.parse(value) as Pick<IpBlock, 'fixedIp' | 'startingIp' | 'endingIp'> & {invert?: boolean}
  return {...parsed, id, type: type as IpBlock['type'], invert: parsed.invert === true, tenantDomain}
}

/** What GET /internal/data/v1/block answers: the conditions that are in force. */
export function toBlockData(conditions: readonly BlockCondition[]): BlockData {
  const inForce = conditions.filter(it => it.enabled)
  const valuesOf = (type: BlockType) => inForce.filter(it => it.type === type).map(it => it.value)
  return {
    api: valuesOf('API'),
    application: valuesOf('APPLICATION'),
    user: valuesOf('USER'),
    ip: inForce.filter(it => it.type === 'IP' || it.type === 'IPRANGE').map(toIpBlock),
  }
}
