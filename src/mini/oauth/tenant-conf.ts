import {randomUUID} from 'node:crypto'
import type {Pool} from 'mysql2/promise'
import {findResource, putResource} from '../apis/registry.js'
import {commaList} from '../comma-list.js'
import {exclusive, transaction, type Queryable} from '../databases/sql.js'
import {REST_SCOPES} from './rest-scopes.js'

/** What a tenant's tenant-conf.json says, as far as it is read here: RESTAPIScopes and RoleMappings of carbon-apimgt v6.7.206. */
interface TenantConf {
  readonly RESTAPIScopes?: {readonly Scope?: readonly {readonly Name: string; readonly Roles: string}[]}
  /** Aliases by role, each a list with commas. */
  readonly RoleMappings?: Readonly<Record<string, string>>
}

/** Where the product's registry has it: API_TENANT_CONF_LOCATION below the configuration's registry. */
const PLACE = {folder: '/_system/config/apimgt/applicationdata', name: 'tenant-conf.json'}

type Roles = readonly string[]

async function read(shared: Queryable, tenantId: number): Promise<TenantConf> {
  const found = await findResource(shared, {tenantId, ...PLACE})
  try {
    return found ? (JSON.parse(found.content.toString('utf8')) as TenantConf) : {}
  } catch {
    // Not written here: as if it said nothing.
    return {}
  }
}

const write = (shared: Pool, tenantId: number, user: string, changed: (before: TenantConf) => TenantConf) =>
  exclusive(shared, 'tenant configuration', () =>
    transaction(shared, async on => {
      const content = Buffer.from(JSON.stringify(changed(await read(on, tenantId))))
      await putResource(on, tenantId, {...PLACE, mediaType: 'application/json', content, uuid: randomUUID()}, user)
    }),
  )

const scopesIn = ({RESTAPIScopes}: TenantConf): ReadonlyMap<string, Roles> =>
  new Map([
    ...REST_SCOPES,
    ...(RESTAPIScopes?.Scope ?? []).map(({Name, Roles}): [string, Roles] => [Name, commaList(Roles)]),
  ])

const aliasesIn = ({RoleMappings}: TenantConf): ReadonlyMap<string, Roles> =>
  new Map(Object.entries(RoleMappings ?? {}).map(([role, text]) => [role, commaList(text)]))

/** The scopes of the REST APIs with the roles that a tenant gives them, without aliases. */
export const tenantScopes = async (shared: Queryable, tenantId: number): Promise<ReadonlyMap<string, Roles>> =>
  scopesIn(await read(shared, tenantId))

/** What a tenant's roles are called beside their names, by role. */
export const roleAliases = async (shared: Queryable, tenantId: number): Promise<ReadonlyMap<string, Roles>> =>
  aliasesIn(await read(shared, tenantId))

/** The scopes of the REST APIs with all roles that may have them in a tenant. */
export async function grantingRoles(shared: Queryable, tenantId: number): Promise<ReadonlyMap<string, Roles>> {
  const conf = await read(shared, tenantId)
  const aliases = aliasesIn(conf)
  if (aliases.size === 0) return scopesIn(conf)
  const all = (roles: Roles) => roles.flatMap(role => [role, ...(aliases.get(role) ?? [])])
  return new Map([...scopesIn(conf)].map(([scope, roles]) => [scope, all(roles)]))
}

/** Gives scopes other roles; the others keep theirs (APIUtil.updateTenantConfOfRoleScopeMapping). */
export const setTenantScopes = (shared: Pool, tenantId: number, given: ReadonlyMap<string, Roles>, user: string) =>
  write(shared, tenantId, user, before => {
    const kept = (before.RESTAPIScopes?.Scope ?? []).filter(it => !given.has(it.Name))
    const added = [...given].map(([Name, roles]) => ({Name, Roles: roles.join(',')}))
    return {...before, RESTAPIScopes: {...before.RESTAPIScopes, Scope: [...kept, ...added]}}
  })

/** Replaces the aliases of roles. */
export const setRoleAliases = (shared: Pool, tenantId: number, given: ReadonlyMap<string, Roles>, user: string) =>
  write(shared, tenantId, user, before => ({
    ...before,
    RoleMappings: Object.fromEntries([...given].map(([role, aliases]) => [role, aliases.join(',')])),
  }))
