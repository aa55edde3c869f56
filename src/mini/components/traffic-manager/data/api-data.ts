import {findApi, findApiNamed, listApis, type StoredApi} from '../../../apis/api-store.js'
import {marks, rows, type Queryable} from '../../../databases/sql.js'
import type {ApiData, UrlMapping} from '../../../hub/data.js'
import {SUPER_TENANT, splitName, tenantOf, type Tenant} from '../../../users/users.js'
import {where, type Sources} from './sources.js'

interface ApiRow {
  readonly apiId: number
  readonly provider: string
  readonly name: string
  readonly version: string
  readonly context: string
  readonly policy: string | null
  readonly isDefaultVersion: number
}

const SELECT =
  'SELECT a.API_ID AS apiId, a.API_PROVIDER AS provider, a.API_NAME AS name, a.API_VERSION AS version, a.CONTEXT AS context, ' +
  'a.API_TIER AS policy, EXISTS (SELECT 1 FROM AM_API_DEFAULT_VERSION d WHERE d.API_NAME = a.API_NAME AND ' +
  'd.API_PROVIDER = a.API_PROVIDER AND d.PUBLISHED_DEFAULT_API_VERSION = a.API_VERSION) AS isDefaultVersion FROM AM_API a'

async function mappingsOf(
  apim: Queryable,
  apiIds: readonly number[],
): Promise<ReadonlyMap<number, readonly UrlMapping[]>> {
  if (apiIds.length === 0) return new Map()
  const sql =
    "SELECT u.API_ID AS apiId, u.URL_MAPPING_ID AS id, COALESCE(u.HTTP_METHOD, '') AS httpMethod, COALESCE(u.URL_PATTERN, '') AS urlPattern, " +
    "COALESCE(u.AUTH_SCHEME, 'Any') AS authScheme, COALESCE(u.THROTTLING_TIER, 'Unlimited') AS throttlingPolicy, s.SCOPE_NAME AS scope " +
    'FROM AM_API_URL_MAPPING u LEFT JOIN AM_API_RESOURCE_SCOPE_MAPPING s ON s.URL_MAPPING_ID = u.URL_MAPPING_ID ' +
    `WHERE u.API_ID IN (${marks(apiIds)}) ORDER BY u.URL_MAPPING_ID, s.SCOPE_NAME`
  type MappingRow = Omit<UrlMapping, 'scopes'> & {apiId: number; id: number; scope: string | null}
  const found = new Map<number, Map<number, UrlMapping & {scopes: string[]}>>()
  for (const {apiId, id, scope, ...mapping} of await rows<MappingRow>(apim, sql, apiIds)) {
    const ofApi = found.get(apiId) ?? new Map<number, UrlMapping & {scopes: string[]}>()
    found.set(apiId, ofApi)
    const known = ofApi.get(id) ?? {...mapping, scopes: []}
    ofApi.set(id, known)
    if (scope !== null) known.scopes.push(scope)
  }
  return new Map([...found].map(([apiId, ofApi]) => [apiId, [...ofApi.values()]]))
}

const nameOf = ({provider, name, version}: Pick<ApiRow, 'provider' | 'name' | 'version'>) =>
  `${provider}\n${name}\n${version}`

interface ApiQuery {
  readonly tenant?: Tenant | undefined
  /** API_ID of AM_API, or the UUID. */
  readonly apiId?: string | undefined
  readonly context?: string | undefined
  readonly version?: string | undefined
}

/** The documents that may belong to the rows: one, where one is asked for. */
async function documentsOf(
  shared: Queryable,
  found: readonly ApiRow[],
  tenant?: Tenant,
): Promise<readonly StoredApi[]> {
  const [only] = found
  if (!only) return []
  if (found.length > 1) return listApis(shared, tenant?.id)
  const owner = await tenantOf(shared, splitName(only.provider).domain)
  const document = owner && (await findApiNamed(shared, owner.id, only))
  return document ? [document] : []
}

/** The APIs that both databases have, the oldest first: one that is being made or removed may be in one of them only. */
export async function readApis({apim, shared}: Sources, query: ApiQuery): Promise<readonly ApiData[]> {
  const {tenant, apiId, context, version} = query
  const byRow = apiId !== undefined && /^\d{1,9}$/.test(apiId) ? Number(apiId) : undefined
  const byUuid =
    apiId !== undefined && byRow === undefined
      ? await findApi(shared, (tenant ?? SUPER_TENANT).id, apiId.slice(0, 200))
      : undefined
  if (apiId !== undefined && byRow === undefined && !byUuid) return []
  const {text, values} = where({
    'a.API_ID = ?': byRow,
    'a.API_PROVIDER = ?': byUuid?.api.provider,
    'a.API_NAME = ?': byUuid?.api.name,
    'a.API_VERSION = ?': byUuid?.api.version ?? version,
    'a.CONTEXT = ?': context,
  })
  const found = await rows<ApiRow>(apim, `${SELECT}${text} ORDER BY a.API_ID`, values)
  const documents = new Map((await documentsOf(shared, found, tenant)).map(it => [nameOf(it.api), it.api]))
  const mappings = await mappingsOf(
    apim,
    found.map(it => it.apiId),
  )
  return found.flatMap(({isDefaultVersion, ...it}) => {
    const api = documents.get(nameOf(it))
    const {domain: tenantDomain} = splitName(it.provider)
    if (!api || (tenant && tenantDomain !== tenant.domain)) return []
    return [
      {
        ...it,
        uuid: api.id,
        apiType: api.type,
        status: api.lifeCycleStatus,
        isDefaultVersion: isDefaultVersion === 1,
        tenantDomain,
        urlMappings: mappings.get(it.apiId) ?? [],
      },
    ]
  })
}
