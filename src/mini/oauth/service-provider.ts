import {randomUUID} from 'node:crypto'
import {change, insert, row, type Queryable} from '../databases/sql.js'

/** What the rows of a service provider say of an OAuth application. */
interface Provided {
  readonly name: string
  readonly tokenType: string
  /** Whether users of all tenants may log in. */
  readonly saas: boolean
  /** Without the tenant. */
  readonly owner: string
  readonly tenantId: number
}

const flag = (on: boolean) => (on ? '1' : '0')

/** ServiceProviderProperty of RegistrationServiceImpl, carbon-apimgt v6.7.206. */
const propertiesOf = ({name, tokenType}: Provided) =>
  [
    ['DisplayName', name.slice(0, 255), null],
    ['TokenType', tokenType, null],
    ['skipConsent', 'true', 'Skip Consent'],
    ['skipLogoutConsent', 'true', 'Skip Logout Consent'],
  ] as const

async function writeProperties(on: Queryable, id: number, client: Provided): Promise<void> {
  await change(on, 'DELETE FROM SP_METADATA WHERE SP_ID = ?', [id])
  for (const [NAME, VALUE, DISPLAY_NAME] of propertiesOf(client)) {
    await insert(on, 'SP_METADATA', {SP_ID: id, NAME, VALUE, DISPLAY_NAME, TENANT_ID: client.tenantId})
  }
}

async function providerOf(on: Queryable, key: string): Promise<number | undefined> {
  const sql = "SELECT APP_ID AS id FROM SP_INBOUND_AUTH WHERE INBOUND_AUTH_KEY = ? AND INBOUND_AUTH_TYPE = 'oauth2'"
  return (await row<{id: number}>(on, sql, [key]))?.id
}

/** Adds the service provider that the product has for each OAuth application (ApplicationMgtDBQueries of carbon-identity-framework). Inside of a transaction. */
export async function insertServiceProvider(on: Queryable, key: string, client: Provided): Promise<void> {
  const {name, owner, tenantId, saas} = client
  const id = await insert(on, 'SP_APP', {
    TENANT_ID: tenantId,
    APP_NAME: name,
    USER_STORE: 'PRIMARY',
    USERNAME: owner,
    DESCRIPTION: `Service Provider for application ${name}`,
    AUTH_TYPE: 'default',
    IS_SAAS_APP: flag(saas),
    UUID: randomUUID(),
  })
  await insert(on, 'SP_INBOUND_AUTH', {
    TENANT_ID: tenantId,
    INBOUND_AUTH_KEY: key,
    INBOUND_AUTH_TYPE: 'oauth2',
    INBOUND_CONFIG_TYPE: 'standardAPP',
    APP_ID: id,
  })
  await writeProperties(on, id, client)
}

/** Writes what the owner of an application has changed; one that was made before there were such rows gets them. Inside of a transaction. */
export async function updateServiceProvider(on: Queryable, key: string, client: Provided): Promise<void> {
  const id = await providerOf(on, key)
  if (id === undefined) return insertServiceProvider(on, key, client)
  const sql = 'UPDATE SP_APP SET APP_NAME = ?, USERNAME = ?, DESCRIPTION = ?, IS_SAAS_APP = ? WHERE ID = ?'
  const {name, owner, saas} = client
  await change(on, sql, [name, owner, `Service Provider for application ${name}`, flag(saas), id])
  await writeProperties(on, id, client)
}

/** Removes the service provider of an application, children first. Inside of a transaction. */
export async function deleteServiceProvider(on: Queryable, key: string): Promise<void> {
  const id = await providerOf(on, key)
  if (id === undefined) return
  await change(on, 'DELETE FROM SP_METADATA WHERE SP_ID = ?', [id])
  await change(on, 'DELETE FROM SP_INBOUND_AUTH WHERE APP_ID = ?', [id])
  await change(on, 'DELETE FROM SP_APP WHERE ID = ?', [id])
}
