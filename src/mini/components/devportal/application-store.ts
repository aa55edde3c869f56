import {randomUUID} from 'node:crypto'
import {change, row, rows, type Queryable} from '../../databases/sql.js'
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
}

const SELECT =
  'SELECT a.APPLICATION_ID AS id, a.UUID AS uuid, a.NAME AS name, a.APPLICATION_TIER AS policy, a.DESCRIPTION AS description, ' +
  "a.APPLICATION_STATUS AS status, COALESCE(a.TOKEN_TYPE, 'JWT') AS tokenType, s.USER_ID AS owner, s.TENANT_ID AS tenantId, " +
  '(SELECT COUNT(*) FROM AM_SUBSCRIPTION p WHERE p.APPLICATION_ID = a.APPLICATION_ID) AS subscriptions ' +
  'FROM AM_APPLICATION a JOIN AM_SUBSCRIBER s ON s.SUBSCRIBER_ID = a.SUBSCRIBER_ID'

/** The applications of a subscriber, by name. */
export const applicationsOf = (apim: Queryable, subscriber: number): Promise<readonly Application[]> =>
  rows<Application>(apim, `${SELECT} WHERE a.SUBSCRIBER_ID = ? ORDER BY a.NAME`, [subscriber])

/** A user's own application. Throws a Fault 404 where there is none, 403 where it is another's. */
export async function ownApplication({apim}: PortalData, principal: Principal, uuid: string): Promise<Application> {
  const found = await row<Application>(apim, `${SELECT} WHERE a.UUID = ?`, [uuid])
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
      "UPDATED_BY, UUID, TOKEN_TYPE, GROUP_ID) VALUES (?, ?, ?, ?, 'APPROVED', ?, NOW(), ?, ?, ?, '')",
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
export const applicationInfo = ({uuid, name, policy, description, status, subscriptions, owner}: Application) => ({
  applicationId: uuid,
  name,
  throttlingPolicy: policy,
  description: description ?? '',
  status,
  groups: [],
  subscriptionCount: subscriptions,
  attributes: {},
  owner,
})
