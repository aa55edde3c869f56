import {randomUUID} from 'node:crypto'
import {DEPLOYED, type Api} from '../../apis/api.js'
import {
  addLifeCycleEvent,
  deleteApiRows,
  deleteSubscriptions,
  findApiId,
  hasSubscriptions,
  insertApiRows,
  servedContext,
  setDefaultVersion,
  updateApiRows,
} from '../../apis/api-rows.js'
import {deleteApi, findApi, insertApi, listApis, updateApi, type StoredApi} from '../../apis/api-store.js'
import {deleteApiFiles} from '../../apis/api-files.js'
import {DEPRECATE, LIFECYCLE} from '../../apis/lifecycle.js'
import {exclusive, transaction, type Queryable} from '../../databases/sql.js'
import {badRequest, Fault, missing} from '../../http/fault.js'
import type {NotificationType} from '../../hub/events.js'
import {nameOf, type Principal} from '../../oauth/guard.js'
import {seenBy} from './access-control.js'
import {checkFree, checkPublishable, checkReferences, inUse} from './api-checks.js'
import {type Publishing} from './publishing.js'
import type {ApiInput} from './rest/api-body.js'
import {keepPasswords} from './rest/endpoints.js'
import {APIS_LOCK, repairApis} from './repair-apis.js'
import {carrySubscriptions, NOTHING_CHECKED, versionsBefore, type CheckList} from './versions-before.js'

/** Who changes an API, and the call that it comes from. */
export interface Author {
  readonly principal: Principal
  readonly correlationId: string
}

/** The API of an id in the caller's tenant that the caller may see. Throws a Fault 404. */
export async function needApi(publishing: Publishing, principal: Principal, id: string): Promise<StoredApi> {
  const found = await findApi(publishing.shared, principal.tenant.id, id)
  const [seen] = await seenBy(publishing, principal, found ? [found] : [])
  if (!seen) throw missing('API', id)
  return seen
}

/** API_ID of an API that has a document; a node that died in between may have left it without. Throws a Fault 503. */
export async function needApiId({apim, shared}: Publishing, api: Api): Promise<number> {
  const found = await findApiId(apim, api)
  if (found !== undefined) return found
  await repairApis(apim, shared)
  return rowsOf(apim, api)
}

async function rowsOf(on: Queryable, api: Api): Promise<number> {
  const found = await findApiId(on, api)
  if (found === undefined) throw new Fault(503, 'The API is being changed; try again')
  return found
}

/** Tells the hub, then brings every gateway up to date. */
async function announce(
  publishing: Publishing,
  {principal, correlationId}: Author,
  type: NotificationType,
  api: Api,
  apiId: number,
): Promise<void> {
  publishing.hub.notify(type, principal.tenant.domain, {
    apiId,
    uuid: api.id,
    name: api.name,
    version: api.version,
    context: servedContext(api),
    provider: api.provider,
    apiType: api.type,
    state: api.lifeCycleStatus,
  })
  await publishing.gateways.sync(correlationId)
}

const localScopes = ({scopes}: Pick<Api, 'scopes'>) => scopes.filter(it => !it.shared).map(it => it.scope)

const aboutOf = ({principal, correlationId}: Author) => ({tenantDomain: principal.tenant.domain, correlationId})

/** Registers the scopes that belong to an API at the key manager. */
async function registerScopes({scopes}: Publishing, author: Author, input: Pick<Api, 'scopes'>) {
  for (const {name, displayName, description, bindings} of localScopes(input)) {
    await scopes.put(
      {name, displayName: displayName ?? name, description: description ?? '', bindings},
      aboutOf(author),
    )
  }
}

/** Removes scopes at the key manager that no API of the tenant has any more. What fails is said and left: nobody is given such a scope. */
async function dropScopes(publishing: Publishing, author: Author, of: Pick<Api, 'scopes'>) {
  const {principal, correlationId} = author
  const names = localScopes(of).map(it => it.name)
  if (names.length === 0) return
  try {
    const apis = await listApis(publishing.shared, principal.tenant.id)
    const used = new Set(apis.flatMap(({api}) => api.scopes.map(it => it.scope.name)))
    for (const it of names.filter(name => !used.has(name))) await publishing.scopes.remove(it, aboutOf(author))
  } catch {
    publishing.log(
      'WARN',
      'APIProvider',
      `scopes stay at the key manager: ${names.join(', ')} activityid=${correlationId}`,
    )
  }
}

/** One default version a name: the others lose it. Within the lock. */
async function keepDefaultVersion(on: Queryable, {shared}: Publishing, tenantId: number, api: Api): Promise<void> {
  const versions = (await listApis(shared, tenantId)).filter(
    it => it.api.name === api.name && it.api.provider === api.provider && it.api.id !== api.id,
  )
  if (api.isDefaultVersion) {
    for (const it of versions.filter(other => other.api.isDefaultVersion)) {
      await updateApi(shared, it, {...it.api, isDefaultVersion: false})
    }
    const published = DEPLOYED.includes(api.lifeCycleStatus) ? api.version : null
    await setDefaultVersion(on, api, api.version, published)
  } else if (!versions.some(it => it.api.isDefaultVersion)) await setDefaultVersion(on, api, null, null)
}

/** What is written together with an API, in the same transaction. */
export type Beside = (within: Queryable, stored: StoredApi) => Promise<void>

export interface CreateOptions {
  /** The caller without it. */
  readonly provider?: string
  readonly beside?: Beside
  /** Adds to the rows of the API, in the same transaction. */
  readonly rows?: (on: Queryable, apiId: number) => Promise<void>
}

const nothing: Beside = () => Promise.resolve()

/** An API as it stands in the registry within a transaction. */
async function written(within: Queryable, tenantId: number, id: string): Promise<StoredApi> {
  const found = await findApi(within, tenantId, id)
  if (!found) throw missing('API', id)
  return found
}

/** Makes an API, in state CREATED. Throws Faults. */
export async function createApi(
  publishing: Publishing,
  author: Author,
  given: ApiInput,
  {provider = nameOf(author.principal), beside = nothing, rows}: CreateOptions = {},
): Promise<Api> {
  const {apim, shared} = publishing
  const {tenant} = author.principal
  checkFree(await listApis(shared, tenant.id), given)
  const input = await checkReferences(publishing, author.principal, given)
  await registerScopes(publishing, author, input)
  const user = nameOf(author.principal)
  const now = String(Date.now())
  const times = {createdTime: now, lastUpdatedTime: now}
  const api: Api = {...input, ...times, id: randomUUID(), provider, lifeCycleStatus: 'CREATED'}
  try {
    const apiId = await exclusive(apim, APIS_LOCK, async on => {
      checkFree(await listApis(shared, tenant.id), api)
      // Left by a removal that broke off: without a document it is no API.
      const left = await findApiId(on, api)
      if (left !== undefined) await deleteApiRows(on, left)
      const made = await insertApiRows(on, tenant.id, api, user)
      await rows?.(on, made)
      await addLifeCycleEvent(on, made, tenant.id, user, {from: null, to: api.lifeCycleStatus})
      await keepDefaultVersion(on, publishing, tenant.id, api)
      await transaction(shared, async within => {
        await insertApi(within, tenant.id, api)
        await beside(within, await written(within, tenant.id, api.id))
      })
      return made
    })
    await announce(publishing, author, 'API_CREATE', api, apiId)
    return api
  } catch (error) {
    await undoCreate(publishing, author, api)
    throw error
  }
}

async function deleteWhole(on: Queryable, stored: StoredApi): Promise<void> {
  await deleteApiFiles(on, stored)
  await deleteApi(on, stored)
}

/** The rows are gone with their transaction; what is in the other database and at the key manager goes too, if it can be reached. */
async function undoCreate(publishing: Publishing, author: Author, api: Api): Promise<void> {
  const {shared} = publishing
  try {
    const made = await findApi(shared, author.principal.tenant.id, api.id)
    if (made) await transaction(shared, on => deleteWhole(on, made))
  } catch {
    publishing.log('WARN', 'APIProvider', `API ${api.id} may be half made; it is mended when a publisher starts`)
  }
  await dropScopes(publishing, author, api)
}

/** What a caller who may only publish can change: x-otherScopes of APIDTO. */
const PUBLISHER_FIELDS = [
  'tags',
  'policies',
  'apiThrottlingPolicy',
  'visibility',
  'visibleRoles',
  'gatewayEnvironments',
  'enableStore',
  'subscriptionAvailability',
  'additionalProperties',
  'businessInformation',
  'categories',
] as const

const pick = <K extends keyof ApiInput>(input: ApiInput, keys: readonly K[]): Pick<ApiInput, K> =>
  Object.fromEntries(keys.map(key => [key, input[key]])) as Pick<ApiInput, K>

/** Who has one of them changes an API as a whole: x-scopes of publisher-api.yaml, v1 of carbon-apimgt v6.7.206 and v4 of product-apim v4.4.0. */
export const WHOLE: readonly string[] = ['apim:api_create', 'apim:api_manage']

/** Replaces what an API says; name, version, context, provider, type and state stay. Throws Faults. */
export async function changeApi(
  publishing: Publishing,
  author: Author,
  id: string,
  read: (api: Api) => ApiInput,
  beside: Beside = nothing,
): Promise<Api> {
  const {apim, shared} = publishing
  const {tenant, scopes} = author.principal
  const before = await needApi(publishing, author.principal, id)
  const {name, version, context, provider, type, lifeCycleStatus, createdTime} = before.api
  const fixed = {id: before.api.id, name, version, context, provider, type, lifeCycleStatus, createdTime}
  const given = read(before.api)
  const allowed = WHOLE.some(it => scopes.includes(it)) ? given : {...before.api, ...pick(given, PUBLISHER_FIELDS)}
  if (allowed.policies.length === 0 && !['CREATED', 'PROTOTYPED'].includes(lifeCycleStatus)) {
    throw badRequest('A tier should be defined if the API is not in CREATED or PROTOTYPED state')
  }
  const input = await checkReferences(publishing, author.principal, {...keepPasswords(allowed, before.api), name})
  await registerScopes(publishing, author, input)
  await needApiId(publishing, before.api)
  const user = nameOf(author.principal)
  const {api, apiId} = await exclusive(apim, APIS_LOCK, async on => {
    const stored = await needApi(publishing, author.principal, id)
    // Its state may have changed meanwhile.
    const {lifeCycleStatus: status, hasThumbnail} = stored.api
    const state = {lifeCycleStatus: status, hasThumbnail, lastUpdatedTime: String(Date.now())}
    const changed: Api = {...input, ...fixed, ...state}
    const rowsId = await rowsOf(on, changed)
    await updateApiRows(on, rowsId, tenant.id, changed, user)
    await keepDefaultVersion(on, publishing, tenant.id, changed)
    await transaction(shared, async within => {
      await updateApi(within, stored, changed)
      await beside(within, {...stored, api: changed})
    })
    return {api: changed, apiId: rowsId}
  })
  await announce(publishing, author, 'API_UPDATE', api, apiId)
  await dropScopes(publishing, author, before.api)
  return api
}

/** Removes an API. Throws a Fault 404, or 409 where it has subscriptions. */
export async function removeApi(publishing: Publishing, author: Author, id: string): Promise<void> {
  const {apim, shared} = publishing
  const {tenant} = author.principal
  const {api, apiId} = await exclusive(apim, APIS_LOCK, async on => {
    const stored = await needApi(publishing, author.principal, id)
    const rowsId = await findApiId(on, stored.api)
    if (rowsId !== undefined) {
      if (await hasSubscriptions(on, rowsId)) throw inUse(id)
      await deleteApiRows(on, rowsId)
    }
    const rest = {...stored.api, isDefaultVersion: false}
    if (stored.api.isDefaultVersion) await keepDefaultVersion(on, publishing, tenant.id, rest)
    await transaction(shared, within => deleteWhole(within, stored))
    return {api: stored.api, apiId: rowsId ?? 0}
  }).catch((error: unknown) => {
    // A subscription came in between the look and the removal.
    if ((error as NodeJS.ErrnoException).code?.startsWith('ER_ROW_IS_REFERENCED')) throw inUse(id)
    throw error
  })
  await announce(publishing, author, 'API_DELETE', api, apiId)
  await dropScopes(publishing, author, api)
}

/**
 * Moves an API along its life cycle and brings that to the gateways. The check list counts where an API that was only CREATED is published
 * (APIExecutor of carbon-apimgt v6.7.206). Throws a Fault 400 for an action that its state does not have.
 */
export async function moveApi(
  publishing: Publishing,
  author: Author,
  id: string,
  action: string,
  {deprecateOld, resubscribe}: CheckList = NOTHING_CHECKED,
): Promise<Api> {
  const {apim, shared, hub} = publishing
  const {tenant} = author.principal
  await needApiId(publishing, (await needApi(publishing, author.principal, id)).api)
  const user = nameOf(author.principal)
  const {api, apiId, isFirst, carried} = await exclusive(apim, APIS_LOCK, async on => {
    const stored = await needApi(publishing, author.principal, id)
    const from = stored.api.lifeCycleStatus
    const transition = LIFECYCLE[from].find(it => it.event === action)
    if (!transition) {
      const allowed = LIFECYCLE[from].map(it => it.event).join(', ')
      throw badRequest(`Action '${action.slice(0, 100)}' is not allowed. Allowed actions are [${allowed}]`)
    }
    checkPublishable(stored.api, from, transition.target)
    const now = String(Date.now())
    const moved: Api = {...stored.api, lifeCycleStatus: transition.target, lastUpdatedTime: now}
    const rowsId = await rowsOf(on, moved)
    await addLifeCycleEvent(on, rowsId, tenant.id, user, {from, to: transition.target})
    if (transition.target === 'RETIRED') await deleteSubscriptions(on, rowsId)
    if (moved.isDefaultVersion) await keepDefaultVersion(on, publishing, tenant.id, moved)
    const first = from === 'CREATED' && transition.target === 'PUBLISHED'
    const moves = first && !resubscribe
    const made = moves ? await carrySubscriptions(on, publishing, tenant.id, {api: moved, apiId: rowsId}) : []
    await transaction(shared, within => updateApi(within, stored, moved))
    return {api: moved, apiId: rowsId, isFirst: first, carried: made}
  })
  for (const it of carried) hub.notify('SUBSCRIPTIONS_CREATE', tenant.domain, {...it, apiId})
  await announce(publishing, author, 'API_LIFECYCLE_CHANGE', api, apiId)
  for (const it of isFirst && deprecateOld ? await versionsBefore(publishing, tenant.id, api) : []) {
    if (it.lifeCycleStatus === 'PUBLISHED') await moveApi(publishing, author, it.id, DEPRECATE)
  }
  return api
}

/** Changes what is kept beside an API, its documents or its picture, while nobody else changes the API. Throws Faults. */
export async function changeBeside<T>(
  publishing: Publishing,
  principal: Principal,
  id: string,
  change: (within: Queryable, stored: StoredApi) => Promise<T>,
): Promise<T> {
  const {apim, shared} = publishing
  return exclusive(apim, APIS_LOCK, async () => {
    const stored = await needApi(publishing, principal, id)
    return transaction(shared, within => change(within, stored))
  })
}
