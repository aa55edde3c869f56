import {change, row, rows, type Queryable} from '../databases/sql.js'
import type {Api, LifeCycleStatus} from './api.js'

/** Where a context has the version: the product's template variable. */
export const VERSION_PARAM = '{version}'

/** `/pizza/{version}`, or as the context says: AM_API.CONTEXT_TEMPLATE. */
export const contextTemplate = ({context}: Pick<Api, 'context'>): string =>
  context.includes(VERSION_PARAM) ? context : `${context}/${VERSION_PARAM}`

/** Context and version as a gateway serves them: `/pizza/1.0.0`. */
export const servedContext = (api: Pick<Api, 'context' | 'version'>): string =>
  contextTemplate(api).replace(VERSION_PARAM, api.version)

/** Where the default version is called without one: `/pizza`. */
export const defaultContext = (api: Pick<Api, 'context'>): string =>
  contextTemplate(api).replace(`/${VERSION_PARAM}`, '')

/** API_ID of AM_API, or undefined. */
export async function findApiId(
  apim: Queryable,
  {provider, name, version}: Pick<Api, 'provider' | 'name' | 'version'>,
): Promise<number | undefined> {
  const sql = 'SELECT API_ID AS id FROM AM_API WHERE API_PROVIDER = ? AND API_NAME = ? AND API_VERSION = ?'
  return (await row<{id: number}>(apim, sql, [provider, name, version]))?.id
}

/** What a gateway has to know of an operation's authType. */
export const schemeOf = (authType: string): 'None' | 'Any' => (authType === 'None' ? 'None' : 'Any')

async function insertOperations(apim: Queryable, apiId: number, tenantId: number, api: Api): Promise<void> {
  for (const {target, verb, authType, throttlingPolicy, scopes} of api.operations) {
    const {id} = await change(
      apim,
      'INSERT INTO AM_API_URL_MAPPING (API_ID, HTTP_METHOD, AUTH_SCHEME, URL_PATTERN, THROTTLING_TIER) VALUES (?, ?, ?, ?, ?)',
      [apiId, verb, schemeOf(authType), target, throttlingPolicy],
    )
    for (const scope of scopes) {
      const sql = 'INSERT INTO AM_API_RESOURCE_SCOPE_MAPPING (SCOPE_NAME, URL_MAPPING_ID, TENANT_ID) VALUES (?, ?, ?)'
      await change(apim, sql, [scope, id, tenantId])
    }
  }
}

async function deleteOperations(apim: Queryable, apiId: number): Promise<void> {
  const mappings = 'SELECT URL_MAPPING_ID FROM AM_API_URL_MAPPING WHERE API_ID = ?'
  await change(apim, `DELETE FROM AM_API_RESOURCE_SCOPE_MAPPING WHERE URL_MAPPING_ID IN (${mappings})`, [apiId])
  await change(apim, 'DELETE FROM AM_API_URL_MAPPING WHERE API_ID = ?', [apiId])
}

/** Adds the rows of an API and gives its API_ID. Within a transaction. */
export async function insertApiRows(apim: Queryable, tenantId: number, api: Api, user: string): Promise<number> {
  const sql =
    'INSERT INTO AM_API (API_PROVIDER, API_NAME, API_VERSION, CONTEXT, CONTEXT_TEMPLATE, API_TIER, API_TYPE, CREATED_BY, CREATED_TIME) ' +
    'VALUES (?, ?, ?, ?, ?, ?, ?, ?, NOW())'
  const {provider, name, version, apiThrottlingPolicy, type} = api
  const template = contextTemplate(api)
  const values = [provider, name, version, servedContext(api), template, apiThrottlingPolicy, type, user.slice(0, 100)]
  const {id} = await change(apim, sql, values)
  await insertOperations(apim, id, tenantId, api)
  return id
}

/** Replaces what the rows of an API say. Within a transaction. */
export async function updateApiRows(
  apim: Queryable,
  apiId: number,
  tenantId: number,
  api: Api,
  user: string,
): Promise<void> {
  const sql = 'UPDATE AM_API SET API_TIER = ?, UPDATED_BY = ?, UPDATED_TIME = NOW() WHERE API_ID = ?'
  await change(apim, sql, [api.apiThrottlingPolicy, user.slice(0, 100), apiId])
  await deleteOperations(apim, apiId)
  await insertOperations(apim, apiId, tenantId, api)
}

/** Removes the rows of an API; its subscriptions must be gone. Within a transaction. */
export async function deleteApiRows(apim: Queryable, apiId: number): Promise<void> {
  await deleteOperations(apim, apiId)
  for (const table of ['AM_API_COMMENTS', 'AM_API_RATINGS', 'AM_API_LC_EVENT']) {
    await change(apim, `DELETE FROM ${table} WHERE API_ID = ?`, [apiId])
  }
  await change(apim, 'DELETE FROM AM_API WHERE API_ID = ?', [apiId])
}

interface LifeCycleEvent {
  readonly previousState: string | null
  readonly postState: string
  readonly user: string
  readonly at: Date
}

export async function addLifeCycleEvent(
  apim: Queryable,
  apiId: number,
  tenantId: number,
  user: string,
  states: {readonly from: LifeCycleStatus | null; readonly to: LifeCycleStatus},
): Promise<void> {
  const sql =
    'INSERT INTO AM_API_LC_EVENT (API_ID, PREVIOUS_STATE, NEW_STATE, USER_ID, TENANT_ID, EVENT_DATE) VALUES (?, ?, ?, ?, ?, NOW())'
  await change(apim, sql, [apiId, states.from, states.to, user, tenantId])
}

/** What an API has gone through, the oldest first. */
export const lifeCycleEvents = (apim: Queryable, apiId: number): Promise<readonly LifeCycleEvent[]> =>
  rows<LifeCycleEvent>(
    apim,
    'SELECT PREVIOUS_STATE AS previousState, NEW_STATE AS postState, USER_ID AS user, EVENT_DATE AS at FROM AM_API_LC_EVENT ' +
      'WHERE API_ID = ? ORDER BY EVENT_ID',
    [apiId],
  )

/** Keeps which version of a name answers without a version; null: none. Within a transaction. */
export async function setDefaultVersion(
  apim: Queryable,
  {name, provider}: Pick<Api, 'name' | 'provider'>,
  version: string | null,
  published: string | null,
): Promise<void> {
  await change(apim, 'DELETE FROM AM_API_DEFAULT_VERSION WHERE API_NAME = ? AND API_PROVIDER = ?', [name, provider])
  if (version === null) return
  const sql =
    'INSERT INTO AM_API_DEFAULT_VERSION (API_NAME, API_PROVIDER, DEFAULT_API_VERSION, PUBLISHED_DEFAULT_API_VERSION) VALUES (?, ?, ?, ?)'
  await change(apim, sql, [name, provider, version, published])
}

/** API_IDs by what names an API; ask with `apiKey`. */
export async function apiIds(apim: Queryable): Promise<ReadonlyMap<string, number>> {
  const sql = 'SELECT API_ID AS id, API_PROVIDER AS provider, API_NAME AS name, API_VERSION AS version FROM AM_API'
  const found = await rows<{id: number} & Pick<Api, 'provider' | 'name' | 'version'>>(apim, sql)
  return new Map(found.map(it => [apiKey(it), it.id]))
}

export const apiKey = ({provider, name, version}: Pick<Api, 'provider' | 'name' | 'version'>): string =>
  JSON.stringify([provider, name, version])

/** Whether an API has subscriptions. */
export const hasSubscriptions = async (apim: Queryable, apiId: number): Promise<boolean> =>
  (await row(apim, 'SELECT SUBSCRIPTION_ID FROM AM_SUBSCRIPTION WHERE API_ID = ? LIMIT 1', [apiId])) !== undefined

/** Removes an API's subscriptions, as the product does with one that retires. */
export async function deleteSubscriptions(apim: Queryable, apiId: number): Promise<void> {
  await change(apim, 'DELETE FROM AM_SUBSCRIPTION WHERE API_ID = ?', [apiId])
}

/** Operations by API_ID, each as `VERB target policy auth scopes`: to see whether rows and document say the same. */
export async function operationsInRows(apim: Queryable): Promise<ReadonlyMap<number, ReadonlySet<string>>> {
  const found = await rows<{id: number; text: string}>(
    apim,
    "SELECT m.API_ID AS id, CONCAT_WS(' ', m.HTTP_METHOD, m.URL_PATTERN, m.THROTTLING_TIER, m.AUTH_SCHEME, " +
      "GROUP_CONCAT(s.SCOPE_NAME ORDER BY s.SCOPE_NAME SEPARATOR ' ')) AS text FROM AM_API_URL_MAPPING m " +
      'LEFT JOIN AM_API_RESOURCE_SCOPE_MAPPING s ON s.URL_MAPPING_ID = m.URL_MAPPING_ID ' +
      'GROUP BY m.URL_MAPPING_ID, m.API_ID, m.HTTP_METHOD, m.URL_PATTERN, m.THROTTLING_TIER, m.AUTH_SCHEME',
  )
  const byApi = new Map<number, Set<string>>()
  for (const {id, text} of found) byApi.set(id, (byApi.get(id) ?? new Set()).add(text))
  return byApi
}

/** The same of a document. */
export const operationsInDocument = ({operations}: Api): ReadonlySet<string> =>
  new Set(
    operations.map(it =>
      [it.verb, it.target, it.throttlingPolicy, schemeOf(it.authType), ...[...it.scopes].sort()].join(' '),
    ),
  )
