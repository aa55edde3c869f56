import {randomUUID} from 'node:crypto'
import type {ResultSetHeader} from 'mysql2/promise'
import {hashSecret} from '../../../src/mini/oauth/kept-secret.js'
import {hashPassword, newSalt} from '../../../src/mini/users/password.js'
import {SUPER_TENANT} from '../../../src/mini/users/users.js'
import type {Databases} from './mysql-server.js'

const insert = async (databases: Databases, name: 'apimgtdb' | 'shareddb', sql: string, values: unknown[]) => {
  const [{insertId}] = await databases.pool(name).query<ResultSetHeader>(sql, values)
  return insertId
}

/** A user with a password and roles, written straight into shareddb. */
export const seedUser = async (databases: Databases, name: string, password: string, roles: readonly string[] = []) => {
  const salt = newSalt()
  const tenant = SUPER_TENANT.id
  const user = await insert(
    databases,
    'shareddb',
    'INSERT INTO UM_USER (UM_USER_ID, UM_USER_NAME, UM_USER_PASSWORD, UM_SALT_VALUE, UM_CHANGED_TIME, UM_TENANT_ID) VALUES (?, ?, ?, ?, NOW(), ?)',
    [randomUUID(), name, hashPassword(password, salt), salt, tenant],
  )
  for (const role of roles) {
    const [known] = await databases.query<{id: number}>(
      'shareddb',
      'SELECT UM_ID AS id FROM UM_ROLE WHERE UM_ROLE_NAME = ? AND UM_TENANT_ID = ?',
      [role, tenant],
    )
    const sql = 'INSERT INTO UM_ROLE (UM_ROLE_NAME, UM_TENANT_ID) VALUES (?, ?)'
    const id = known?.id ?? (await insert(databases, 'shareddb', sql, [role, tenant]))
    const link = 'INSERT INTO UM_USER_ROLE (UM_ROLE_ID, UM_USER_ID, UM_TENANT_ID) VALUES (?, ?, ?)'
    await insert(databases, 'shareddb', link, [id, user, tenant])
  }
}

/** An opaque token of a user for the REST APIs, written straight into apimgtdb; valid for an hour. */
export const seedToken = async (databases: Databases, user: string, scopes: readonly string[]): Promise<string> => {
  const token = randomUUID()
  const id = randomUUID()
  const app = await insert(
    databases,
    'apimgtdb',
    "INSERT INTO IDN_OAUTH_CONSUMER_APPS (CONSUMER_KEY, CONSUMER_SECRET, USERNAME, TENANT_ID, USER_DOMAIN, APP_NAME, OAUTH_VERSION) VALUES (?, '-', ?, ?, 'PRIMARY', ?, 'OAuth-2.0')",
    [randomUUID(), user, SUPER_TENANT.id, `seed-${id}`],
  )
  await insert(
    databases,
    'apimgtdb',
    'INSERT INTO IDN_OAUTH2_ACCESS_TOKEN (TOKEN_ID, ACCESS_TOKEN, ACCESS_TOKEN_HASH, CONSUMER_KEY_ID, AUTHZ_USER, TENANT_ID, USER_DOMAIN, ' +
      "USER_TYPE, GRANT_TYPE, VALIDITY_PERIOD, TOKEN_STATE) VALUES (?, ?, ?, ?, ?, ?, 'PRIMARY', 'APPLICATION_USER', 'password', 3600000, 'ACTIVE')",
    [id, token, hashSecret(token), app, user, SUPER_TENANT.id],
  )
  for (const scope of scopes) {
    const sql = 'INSERT INTO IDN_OAUTH2_ACCESS_TOKEN_SCOPE (TOKEN_ID, TOKEN_SCOPE, TENANT_ID) VALUES (?, ?, ?)'
    await insert(databases, 'apimgtdb', sql, [id, scope, SUPER_TENANT.id])
  }
  return token
}
