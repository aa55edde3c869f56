import {z} from 'zod'
import {change, exclusive, row, rows, type Queryable} from '../../databases/sql.js'
import {bodyOf} from '../../http/body.js'
import {storable} from '../../http/storable.js'
import {conflict, notFound} from '../../http/fault.js'
import {json, route, type Route} from '../../http/router.js'
import type {OAuthNode} from '../../oauth/node-guard.js'
import type {Tenant} from '../../users/users.js'
import {administeredTenant} from './administrator.js'

const PATH = '/api/identity/oauth2/v1.0/scopes'

/** ScopeDTO of carbon-apimgt v6.7.206; a token keeps 60 characters of a scope's name. */
const CONTENT = {
  displayName: storable(255, 1),
  description: storable(512).nullish(),
  bindings: z.array(storable(255, 1)).max(100).nullish(),
}
const NEW = z.object({name: storable(60, 1).refine(it => !/\s/.test(it), 'has a space'), ...CONTENT})
const CHANGED = z.object(CONTENT)
type Content = z.infer<typeof CHANGED>

interface ScopeRow {
  readonly id: number
  readonly name: string
  readonly displayName: string
  readonly description: string | null
}

const SELECT =
  'SELECT SCOPE_ID AS id, NAME AS name, DISPLAY_NAME AS displayName, DESCRIPTION AS description FROM IDN_OAUTH2_SCOPE WHERE TENANT_ID = ?'

async function withBindings(apim: Queryable, {id, ...scope}: ScopeRow) {
  const sql = 'SELECT SCOPE_BINDING AS role FROM IDN_OAUTH2_SCOPE_BINDING WHERE SCOPE_ID = ? ORDER BY SCOPE_BINDING'
  const bindings = (await rows<{role: string}>(apim, sql, [id])).map(({role}) => role)
  return {...scope, description: scope.description ?? '', bindings}
}

async function findScope(apim: Queryable, {id}: Tenant, name: string): Promise<ScopeRow | undefined> {
  const found = await row<ScopeRow>(apim, `${SELECT} AND NAME = ?`, [id, name])
  return found?.name === name ? found : undefined
}

/** The scope of a name. Throws a Fault 404. */
async function scopeOf(apim: Queryable, tenant: Tenant, name: string): Promise<ScopeRow> {
  const found = await findScope(apim, tenant, name)
  if (!found) throw notFound('There is no scope of this name')
  return found
}

async function bind(apim: Queryable, id: number, bindings: Content['bindings']): Promise<void> {
  await change(apim, 'DELETE FROM IDN_OAUTH2_SCOPE_BINDING WHERE SCOPE_ID = ?', [id])
  const sql = "INSERT INTO IDN_OAUTH2_SCOPE_BINDING (SCOPE_ID, SCOPE_BINDING, BINDING_TYPE) VALUES (?, ?, 'DEFAULT')"
  for (const role of new Set(bindings)) await change(apim, sql, [id, role])
}

const LOCK = 'scopes'

/** Scopes and the roles that may have them, by which publishers manage them: ScopeClient of carbon-apimgt v6.7.206. */
export const scopeRoutes = (node: OAuthNode): readonly Route[] => [
  route.post(PATH, async call => {
    const tenant = await administeredTenant(node, call)
    const {name, displayName, description, bindings} = await bodyOf(call, NEW)
    return exclusive(node.apim, LOCK, async on => {
      if (await row(on, `${SELECT} AND NAME = ?`, [tenant.id, name])) throw conflict(`A scope ${name} is there already`)
      const sql =
        "INSERT INTO IDN_OAUTH2_SCOPE (NAME, DISPLAY_NAME, DESCRIPTION, TENANT_ID, SCOPE_TYPE) VALUES (?, ?, ?, ?, 'OAUTH2')"
      const {id} = await change(on, sql, [name, displayName, description ?? '', tenant.id])
      await bind(on, id, bindings)
      return {
        ...json(await withBindings(on, await scopeOf(on, tenant, name)), 201),
        headers: {location: `${PATH}/name/${encodeURIComponent(name)}`},
      }
    })
  }),
  route.get(PATH, async call => {
    const tenant = await administeredTenant(node, call)
    const found = await rows<ScopeRow>(node.apim, `${SELECT} ORDER BY NAME`, [tenant.id])
    return json(await Promise.all(found.map(it => withBindings(node.apim, it))))
  }),
  route.get(`${PATH}/name/:name`, async call => {
    const tenant = await administeredTenant(node, call)
    return json(await withBindings(node.apim, await scopeOf(node.apim, tenant, call.param('name'))))
  }),
  route.put(`${PATH}/name/:name`, async call => {
    const tenant = await administeredTenant(node, call)
    const {displayName, description, bindings} = await bodyOf(call, CHANGED)
    return exclusive(node.apim, LOCK, async on => {
      const {id, name} = await scopeOf(on, tenant, call.param('name'))
      const sql = 'UPDATE IDN_OAUTH2_SCOPE SET DISPLAY_NAME = ?, DESCRIPTION = ? WHERE SCOPE_ID = ?'
      await change(on, sql, [displayName, description ?? '', id])
      await bind(on, id, bindings)
      return json(await withBindings(on, await scopeOf(on, tenant, name)))
    })
  }),
  route.delete(`${PATH}/name/:name`, async call => {
    const tenant = await administeredTenant(node, call)
    await exclusive(node.apim, LOCK, async on => {
      const {id} = await scopeOf(on, tenant, call.param('name'))
      for (const table of ['IDN_OAUTH2_SCOPE_BINDING', 'IDN_OAUTH2_RESOURCE_SCOPE', 'IDN_OAUTH2_SCOPE']) {
        await change(on, `DELETE FROM ${table} WHERE SCOPE_ID = ?`, [id])
      }
    })
    return {status: 204}
  }),
]
