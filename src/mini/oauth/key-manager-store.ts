import {randomUUID} from 'node:crypto'
import {change, isDuplicate, row, rows, type Queryable, type Value} from '../databases/sql.js'
import {Fault} from '../http/fault.js'
import {RESIDENT_KEY_MANAGER} from '../hub/data.js'

/** A row of AM_KEY_MANAGER: an issuer of tokens that a tenant's gateways take. */
export interface StoredKeyManager {
  readonly id: string
  readonly name: string
  readonly displayName: string | null
  readonly description: string | null
  readonly type: string
  readonly enabled: boolean
  readonly tenantDomain: string
  /** By the product's keys: APIConstants.KeyManager of carbon-apimgt v6.7.206. */
  readonly configuration: Readonly<Record<string, unknown>>
}

interface KeyManagerRow extends Omit<StoredKeyManager, 'enabled' | 'configuration'> {
  readonly enabled: number
  readonly configuration: Buffer | null
}

/** Whether it is the product's own: it registers clients and issues tokens here. */
export const isResident = ({name}: Pick<StoredKeyManager, 'name'>): boolean => name === RESIDENT_KEY_MANAGER

const SELECT =
  'SELECT UUID AS id, NAME AS name, DISPLAY_NAME AS displayName, DESCRIPTION AS description, TYPE AS type, ENABLED = 1 AS enabled, ' +
  'TENANT_DOMAIN AS tenantDomain, CONFIGURATION AS configuration FROM AM_KEY_MANAGER'

function configurationOf(bytes: Buffer | null): StoredKeyManager['configuration'] {
  try {
    return JSON.parse(bytes?.toString('utf8') ?? '{}') as StoredKeyManager['configuration']
  } catch {
    // Not written by us: nothing is known of it.
    return {}
  }
}

const toStored = ({enabled, configuration, ...rest}: KeyManagerRow): StoredKeyManager => ({
  ...rest,
  enabled: Number(enabled) === 1,
  configuration: configurationOf(configuration),
})

/** The key managers of a tenant, or of all, by name. */
export async function keyManagersOf(apim: Queryable, tenantDomain?: string): Promise<readonly StoredKeyManager[]> {
  const [where, values] = tenantDomain === undefined ? ['', []] : [' WHERE TENANT_DOMAIN = ?', [tenantDomain]]
  return (await rows<KeyManagerRow>(apim, `${SELECT}${where} ORDER BY NAME`, values)).map(toStored)
}

/** A tenant's key manager of an id or name, or undefined. */
export async function findKeyManager(
  apim: Queryable,
  tenantDomain: string,
  {id, name}: Partial<Pick<StoredKeyManager, 'id' | 'name'>>,
): Promise<StoredKeyManager | undefined> {
  const [column, value] = id === undefined ? ['NAME', name ?? ''] : ['UUID', id]
  const sql = `${SELECT} WHERE TENANT_DOMAIN = ? AND ${column} = ?`
  const found = await row<KeyManagerRow>(apim, sql, [tenantDomain, value])
  return found && toStored(found)
}

type NewKeyManager = Omit<StoredKeyManager, 'id'>

const values = ({displayName, description, enabled, configuration}: NewKeyManager): readonly Value[] => [
  displayName,
  description,
  enabled ? 1 : 0,
  Buffer.from(JSON.stringify(configuration)),
]

/** Adds a key manager, and gives its id. Throws a Fault 409, 901402, where its name is taken. */
export async function insertKeyManager(apim: Queryable, given: NewKeyManager): Promise<string> {
  const id = randomUUID()
  const sql =
    'INSERT INTO AM_KEY_MANAGER (DISPLAY_NAME, DESCRIPTION, ENABLED, CONFIGURATION, UUID, NAME, TYPE, TENANT_DOMAIN) ' +
    'VALUES (?, ?, ?, ?, ?, ?, ?, ?)'
  try {
    await change(apim, sql, [...values(given), id, given.name, given.type, given.tenantDomain])
  } catch (error) {
    if (!isDuplicate(error)) throw error
    const {name, tenantDomain} = given
    const options = {code: 901402, message: 'Key Manager Already Exists'}
    throw new Fault(409, `Key manager Already Exist by Name ${name} in tenant ${tenantDomain}`, options)
  }
  return id
}

/** Replaces what is said of a key manager; name, type and tenant stay. */
export const updateKeyManager = (apim: Queryable, given: StoredKeyManager) =>
  change(
    apim,
    'UPDATE AM_KEY_MANAGER SET DISPLAY_NAME = ?, DESCRIPTION = ?, ENABLED = ?, CONFIGURATION = ? WHERE UUID = ?',
    [...values(given), given.id],
  )

export const deleteKeyManager = (apim: Queryable, {id}: Pick<StoredKeyManager, 'id'>) =>
  change(apim, 'DELETE FROM AM_KEY_MANAGER WHERE UUID = ?', [id])
