import {randomUUID} from 'node:crypto'
import {change, row, rows, type Queryable} from '../databases/sql.js'
import type {CustomPolicy, CustomPolicyInput} from './policy.js'

interface CustomRow extends Omit<CustomPolicy, 'siddhiQuery' | 'deployed'> {
  readonly siddhiQuery: Buffer | null
  readonly deployed: number
}

const SELECT =
  "SELECT POLICY_ID AS id, COALESCE(UUID, '') AS uuid, TENANT_ID AS tenantId, NAME AS name, KEY_TEMPLATE AS keyTemplate, " +
  "COALESCE(DESCRIPTION, '') AS description, SIDDHI_QUERY AS siddhiQuery, IS_DEPLOYED AS deployed FROM AM_POLICY_GLOBAL"

const toCustom = ({siddhiQuery, deployed, ...rest}: CustomRow): CustomPolicy => ({
  ...rest,
  siddhiQuery: siddhiQuery?.toString('utf8') ?? '',
  deployed: deployed === 1,
})

/** All custom policies: they belong to the super tenant. */
export const listCustomPolicies = async (apim: Queryable): Promise<readonly CustomPolicy[]> =>
  (await rows<CustomRow>(apim, `${SELECT} ORDER BY POLICY_ID`)).map(toCustom)

/** The custom policy of a name or of a UUID, or undefined. */
export async function findCustomPolicy(
  apim: Queryable,
  by: {readonly name: string} | {readonly uuid: string},
): Promise<CustomPolicy | undefined> {
  const [column, value] = 'name' in by ? ['NAME', by.name] : ['UUID', by.uuid]
  const found = await row<CustomRow>(apim, `${SELECT} WHERE ${column} = ?`, [value])
  return found && toCustom(found)
}

/** Adds a custom policy and gives its UUID. No column keeps its name unique: within a lock that has looked. */
export async function insertCustomPolicy(apim: Queryable, tenantId: number, input: CustomPolicyInput): Promise<string> {
  const uuid = randomUUID()
  const sql =
    'INSERT INTO AM_POLICY_GLOBAL (NAME, KEY_TEMPLATE, TENANT_ID, DESCRIPTION, SIDDHI_QUERY, IS_DEPLOYED, UUID) VALUES (?, ?, ?, ?, ?, 0, ?)'
  const {name, keyTemplate, description, siddhiQuery} = input
  await change(apim, sql, [name, keyTemplate, tenantId, description, Buffer.from(siddhiQuery), uuid])
  return uuid
}

/** Replaces what a custom policy says; its name stays. */
export async function updateCustomPolicy(apim: Queryable, id: number, input: CustomPolicyInput): Promise<void> {
  const sql =
    'UPDATE AM_POLICY_GLOBAL SET KEY_TEMPLATE = ?, DESCRIPTION = ?, SIDDHI_QUERY = ?, IS_DEPLOYED = 0 WHERE POLICY_ID = ?'
  await change(apim, sql, [input.keyTemplate, input.description, Buffer.from(input.siddhiQuery), id])
}

export async function deleteCustomPolicy(apim: Queryable, id: number): Promise<void> {
  await change(apim, 'DELETE FROM AM_POLICY_GLOBAL WHERE POLICY_ID = ?', [id])
}

/** Says that every traffic manager has the policy. */
export async function markCustomDeployed(apim: Queryable, id: number): Promise<void> {
  await change(apim, 'UPDATE AM_POLICY_GLOBAL SET IS_DEPLOYED = 1 WHERE POLICY_ID = ?', [id])
}
