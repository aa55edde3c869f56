import {randomUUID} from 'node:crypto'
import {change, insert, marks, row, rows, type Queryable} from '../../databases/sql.js'
import {nameOf, type Principal} from '../../oauth/guard.js'
import {forbidden, type PortalData} from './portal.js'
import {missing} from '../../http/fault.js'

export type TokenType = 'JWT' | 'OAUTH'

export interface Application {
  /** APPLICATION_ID. */
  readonly id: number
  readonly uuid: string
  readonly name: string
  readonly policy: string
  readonly description: string | null
  readonly status: string
  readonly tokenType: TokenType
  /** `admin`, `a@example.com`. */
  readonly owner: string
  readonly tenantId: number
  readonly subscriptions: number
  /** What the owner says of it, by name. */
  readonly attributes: Readonly<Record<string, string>>
}

const SELECT =
  'SELECT a.APPLICATION_ID AS id, a.UUID AS uuid, a.NAME AS name, a.APPLICATION_TIER AS policy, a.DESCRIPTION AS description, ' +
  "a.APPLICATION_STATUS AS status, COALESCE(a.TOKEN_TYPE, 'JWT') AS tokenType, s.USER_ID AS owner, s.TENANT_ID AS tenantId, " +
  '(SELECT COUNT(*) FROM AM_SUBSCRIPTION p WHERE p.APPLICATION_ID = a.APPLICATION_ID) AS subscriptions ' +
  'FROM AM_APPLICATION a JOIN AM_SUBSCRIBER s ON s.SUBSCRIBER_ID = a.SUBSCRIBER_ID'

type ApplicationRow = Omit<Application, 'attributes'>

async function withAttributes(apim: Queryable, found: readonly ApplicationRow[]): Promise<readonly Application[]> {
  if (found.length === 0) return []
  const ids = found.map(it => it.id)
  const sql = `SELECT APPLICATION_ID AS id, NAME AS name, VALUE AS value FROM AM_APPLICATION_ATTRIBUTES WHERE APPLICATION_ID IN (${marks(ids)})`
  const all = await rows<{id: number; name: string; value: string}>(apim, sql, ids)
  const of = ({id}: ApplicationRow) => all.filter(it => it.id === id).map(it => [it.name, it.value] as const)
  return found.map(it => ({...it, attributes: Object.fromEntries(of(it))}))
}

/** The applications of a subscriber, by name. */
export const applicationsOf = async (apim: Queryable, subscriber: number): Promise<readonly Application[]> =>
  withAttributes(apim, await rows(apim, `${SELECT} WHERE a.SUBSCRIBER_ID = ? ORDER BY a.NAME`, [subscriber]))

/** Replaces the attributes of an application. Within a transaction. */
export async function setAttributes(
  on: Queryable,
  {id, tenantId}: Pick<Application, 'id' | 'tenantId'>,
  attributes: Application['attributes'],
): Promise<void> {
  await change(on, 'DELETE FROM AM_APPLICATION_ATTRIBUTES WHERE APPLICATION_ID = ?', [id])
  for (const [name, value] of Object.entries(attributes)) {
    await insert(on, 'AM_APPLICATION_ATTRIBUTES', {APPLICATION_ID: id, NAME: name, VALUE: value, TENANT_ID: tenantId})
  }
}

/** A user's own application. Throws a Fault 404 where there is none, 403 where it is another's. */
export async function ownApplication({apim}: PortalData, principal: Principal, uuid: string): Promise<Application> {
  const [found] = await withAttributes(apim, await rows(apim, `${SELECT} WHERE a.UUID = ?`, [uuid]))
  if (!found || found.tenantId !== principal.tenant.id) throw missing('Application', uuid)
  if (found.owner.toLowerCase() !== nameOf(principal).toLowerCase()) throw forbidden('Application', uuid)
  return found
}

/** Adds an application, and gives its APPLICATION_ID and UUID. */
export async function insertApplication(
  on: Queryable,
  subscriber: number,
  by: string,
  {name, policy, description, tokenType}: Pick<Application, 'name' | 'policy' | 'description' | 'tokenType'>,
): Promise<{readonly id: number; readonly uuid: string}> {
  const uuid = randomUUID()
  const {id} = await change(
    on,
    'INSERT INTO AM_APPLICATION (NAME, SUBSCRIBER_ID, APPLICATION_TIER, DESCRIPTION, APPLICATION_STATUS, CREATED_BY, CREATED_TIME, ' +
      "UPDATED_BY, UPDATED_TIME, UUID, TOKEN_TYPE, GROUP_ID) VALUES (?, ?, ?, ?, 'APPROVED', ?, NOW(), ?, NOW(), ?, ?, '')",
    [name, subscriber, policy, description, by, by, uuid, tokenType],
  )
  return {id, uuid}
}

/** Holds an application against changes by others until the transaction ends. */
export async function lockApplication(on: Queryable, {id, uuid}: Application): Promise<void> {
  const found = await row(on, 'SELECT APPLICATION_ID AS id FROM AM_APPLICATION WHERE APPLICATION_ID = ? FOR UPDATE', [
    id,
  ])
  if (!found) throw missing('Application', uuid)
}

/** ApplicationInfo of store-api.yaml, carbon-apimgt v6.7.206. */
export const applicationInfo = ({
  uuid,
  name,
  policy,
  description,
  status,
  subscriptions,
  owner,
  attributes,
}: Application) => ({
  applicationId: uuid,
  name,
  throttlingPolicy: policy,
  description: description ?? '',
  status,
  groups: [],
  subscriptionCount: subscriptions,
  attributes,
  owner,
})
