import {marks, rows, type Queryable} from '../databases/sql.js'
import {REST_SCOPES} from './rest-scopes.js'
import {grantingRoles} from './tenant-conf.js'

const DEFAULT = 'default'
/** What every token of an application itself has: ExtendedClientCredentialsGrantHandler of carbon-apimgt v6.7.206. */
const APPLICATION = 'am_application_scope'

/** Granted to everyone: the product's allowed scopes. TOKEN_SCOPE has 60 characters. */
const ALLOWED = /^(openid|device_[\x21-\x7e]{1,50})$/
const LENGTH = 60
/** More than any form of the product's own asks for; each is looked up. */
const AT_ONCE = 200

/** Where scopes of APIs are kept, by the publisher and by the key manager's scope API. */
const TABLES = ['AM_SCOPE', 'IDN_OAUTH2_SCOPE'] as const

/** The roles that a tenant's own scopes are bound to; none: everyone may have it. */
async function bindingsOf(apim: Queryable, tenantId: number, names: readonly string[]) {
  const found = new Map<string, string[]>()
  if (names.length === 0) return found
  for (const table of TABLES) {
    const sql =
      `SELECT s.NAME AS name, b.SCOPE_BINDING AS role FROM ${table} s LEFT JOIN ${table}_BINDING b ON b.SCOPE_ID = s.SCOPE_ID ` +
      `WHERE s.TENANT_ID = ? AND s.NAME IN (${marks(names)})`
    for (const {name, role} of await rows<{name: string; role: string | null}>(apim, sql, [tenantId, ...names])) {
      found.set(name, [...(found.get(name) ?? []), ...(role === null ? [] : [role])])
    }
  }
  return found
}

/** The words of a scope parameter, each once. */
export const scopesOf = (parameter: string | null): readonly string[] =>
  [...new Set((parameter ?? '').split(/\s+/).filter(it => it !== ''))].slice(0, AT_ONCE)

/**
 * What is granted of the scopes that were asked for, in the alphabet's order: by the caller's roles (names without regard to case, as
 * RoleBasedScopesIssuer of carbon-apimgt v6.7.206 compares them). What is not granted, or known to nobody, is left out.
 */
export async function grantedScopes(
  {apim, shared}: {readonly apim: Queryable; readonly shared: Queryable},
  asked: readonly string[],
  caller: {readonly tenantId: number; readonly roles: readonly string[]; readonly isApplication: boolean},
): Promise<readonly string[]> {
  const own = new Set(caller.roles.map(it => it.toLowerCase()))
  const others = asked.filter(it => !REST_SCOPES.has(it) && !ALLOWED.test(it) && it.length <= LENGTH)
  const bound = await bindingsOf(apim, caller.tenantId, others)
  const rest = asked.some(it => REST_SCOPES.has(it)) ? await grantingRoles(shared, caller.tenantId) : REST_SCOPES
  const isGranted = (scope: string) => {
    if (ALLOWED.test(scope)) return true
    const roles = rest.get(scope) ?? bound.get(scope)
    if (!roles) return false
    const everyone = roles.length === 0 && bound.has(scope)
    return everyone || roles.some(role => own.has(role.toLowerCase()))
  }
  const granted = asked.filter(isGranted)
  const or = granted.length === 0 ? [DEFAULT] : granted
  return [...new Set(caller.isApplication ? [...or, APPLICATION] : or)].sort()
}
