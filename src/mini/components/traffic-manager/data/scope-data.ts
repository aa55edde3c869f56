import {rows} from '../../../databases/sql.js'
import type {ScopeData} from '../../../hub/data.js'
import {domainsOf} from '../../../users/users.js'
import {where, type Sources} from './sources.js'

interface ScopeRow {
  readonly id: number
  readonly name: string
  readonly displayName: string
  readonly tenantId: number
  readonly role: string | null
}

/** Scopes of one tenant's APIs, or of all, with the roles that may have them. */
export async function readScopes({apim, shared}: Sources, tenantId?: number): Promise<readonly ScopeData[]> {
  const {text, values} = where({'s.TENANT_ID = ?': tenantId})
  const sql =
    'SELECT s.SCOPE_ID AS id, s.NAME AS name, s.DISPLAY_NAME AS displayName, s.TENANT_ID AS tenantId, b.SCOPE_BINDING AS role ' +
    `FROM AM_SCOPE s LEFT JOIN AM_SCOPE_BINDING b ON b.SCOPE_ID = s.SCOPE_ID${text} ORDER BY s.SCOPE_ID, b.SCOPE_BINDING`
  const domains = await domainsOf(shared)
  const scopes = new Map<number, ScopeData & {roles: string[]}>()
  for (const {id, name, displayName, tenantId: owner, role} of await rows<ScopeRow>(apim, sql, values)) {
    const tenantDomain = domains.get(owner)
    if (tenantDomain === undefined) continue
    const scope = scopes.get(id) ?? {name, displayName, roles: [], tenantDomain}
    scopes.set(id, scope)
    if (role !== null) scope.roles.push(role)
  }
  return [...scopes.values()]
}
