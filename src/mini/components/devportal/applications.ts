import {z} from 'zod'
import {change, isDuplicate, rows, transaction} from '../../databases/sql.js'
import {bodyOf} from '../../http/body.js'
import type {Call} from '../../http/call.js'
import {alreadyExists, badRequest, missingOperation} from '../../http/fault.js'
import {storable} from '../../http/storable.js'
import {pageOf, paged} from '../../http/paging.js'
import {json, route, type Route} from '../../http/router.js'
import {nameOf, type Principal} from '../../oauth/guard.js'
import {findPolicy} from '../../policies/policy-store.js'
import {
  applicationInfo,
  applicationsOf,
  insertApplication,
  ownApplication,
  setAttributes,
  type Application,
} from './application-store.js'
import {scopesOf} from './api-view.js'
import {checkAskedAttributes} from './application-attributes.js'
import {isOwnKey, keysOf, keyView, removeKey, secretOf, updateKey} from './keys.js'
import {BASE, SCOPES, type KeysPortal, type Portal, type PortalData} from './portal.js'
import {subscribersApis} from './subscription-store.js'
import {subscriberOf} from './subscribers.js'

/** APIConsumerImpl.addApplication of carbon-apimgt v6.7.206. */
const NAME = /^[a-zA-Z0-9 ._-]+$/

/** Body of a new or changed application. */
export const applicationBody = z.object({
  name: z
    .string()
    .min(1)
    .max(100)
    .regex(NAME, 'Application name cannot contain invalid characters')
    .refine(it => it.trim() === it, 'Application name cannot contain leading or trailing white spaces'),
  throttlingPolicy: z.string().min(1),
  description: z.string().max(512).nullish(),
  tokenType: z.enum(['JWT', 'OAUTH']).nullish(),
  groups: z.array(z.string()).nullish(),
  attributes: z.record(storable(255, 1), storable(1024).nullable()).nullish(),
})

type Given = Pick<Application, 'name' | 'policy' | 'description' | 'tokenType' | 'attributes'>

/**
 * What a body says of an application; without a kind of token, one that is there keeps its own. Throws a Fault 400 for an attribute that is
 * missing, 501 for groups: applications are one user's.
 */
export function applicationIn(
  {askedAttributes}: Pick<Portal, 'askedAttributes'>,
  {name, throttlingPolicy: policy, description, tokenType, attributes, groups}: z.output<typeof applicationBody>,
  before?: Pick<Application, 'tokenType'>,
): Given {
  if (groups && groups.length > 0) throw missingOperation('mini shares no applications with groups')
  const given = Object.entries(attributes ?? {})
  const kept = Object.fromEntries(given.filter((it): it is [string, string] => it[1] !== null))
  checkAskedAttributes(askedAttributes, kept)
  const kind = tokenType ?? before?.tokenType ?? 'JWT'
  return {name, policy, description: description || null, tokenType: kind, attributes: kept}
}

/** Application of store-api.yaml: with its keys and the scopes of the APIs that it subscribes to. */
async function view(portal: Portal, application: Application) {
  const apis = await subscribersApis(portal, application)
  return {
    ...applicationInfo(application),
    tokenType: application.tokenType,
    keys: await Promise.all(
      (await keysOf(portal, application)).map(async it => keyView(it, {consumerSecret: await secretOf(portal, it)})),
    ),
    subscriptionScopes: apis.flatMap(scopesOf),
    hashEnabled: portal.rules.hashed,
  }
}

/** Why an application could not be written: 900301 is APPLICATION_ALREADY_EXISTS of ExceptionCodes. */
const refused = (error: unknown, name: string): unknown =>
  isDuplicate(error) ? alreadyExists(`An application already exists with name ${name}`, 900301) : error

async function checkPolicy({apim}: PortalData, name: string, tenantId: number): Promise<void> {
  if (await findPolicy(apim, 'APPLICATION', tenantId, {name})) return
  throw badRequest(`Specified tier ${name.slice(0, 100)} is invalid`)
}

export async function createApplication(
  portal: PortalData,
  principal: Principal,
  {name, policy, description, tokenType, attributes}: Given,
): Promise<Application> {
  const {tenant} = principal
  await checkPolicy(portal, policy, tenant.id)
  const subscriber = await subscriberOf(portal, principal)
  const by = nameOf(principal).slice(0, 100)
  const wanted = {name, policy, description, tokenType}
  const {id, uuid} = await transaction(portal.apim, async on => {
    const made = await insertApplication(on, subscriber, by, wanted)
    await setAttributes(on, {id: made.id, tenantId: tenant.id}, attributes)
    return made
  }).catch((error: unknown) => {
    throw refused(error, name)
  })
  portal.hub.notify('APPLICATION_CREATE', tenant.domain, {applicationId: id, uuid, applicationName: name})
  return ownApplication(portal, principal, uuid)
}

/** Replaces what its owner says of an application. Throws a Fault 400 for an unknown policy, 409 for a name that is taken. */
export async function updateApplication(
  portal: KeysPortal,
  principal: Principal,
  application: Application,
  {name, policy, description, tokenType, attributes}: Given,
  correlationId?: string,
): Promise<Application> {
  const {id, uuid, tenantId} = application
  await checkPolicy(portal, policy, tenantId)
  // The kind of token is its clients' too: they come first, so that with the key manager away nothing is half changed.
  const keys = tokenType === application.tokenType ? [] : await keysOf(portal, application)
  for (const key of keys.filter(isOwnKey)) {
    await updateKey(portal, {...application, tokenType}, key, key, correlationId)
  }
  await transaction(portal.apim, async on => {
    await change(
      on,
      'UPDATE AM_APPLICATION SET NAME = ?, APPLICATION_TIER = ?, DESCRIPTION = ?, TOKEN_TYPE = ?, UPDATED_BY = ?, UPDATED_TIME = NOW() ' +
        'WHERE APPLICATION_ID = ?',
      [name, policy, description, tokenType, nameOf(principal).slice(0, 100), id],
    )
    await setAttributes(on, application, attributes)
  }).catch((error: unknown) => {
    throw refused(error, name)
  })
  portal.hub.notify('APPLICATION_UPDATE', principal.tenant.domain, {applicationId: id, uuid, applicationName: name})
  return ownApplication(portal, principal, uuid)
}

/** Removes an application with its keys (at the key manager too) and subscriptions, as the product does. */
export async function removeApplication(
  portal: KeysPortal,
  principal: Principal,
  application: Pick<Application, 'id' | 'uuid' | 'name'>,
  id?: string,
): Promise<void> {
  // Keys first: with the key manager away nothing is half gone.
  for (const key of await keysOf(portal, application)) await removeKey(portal, application, key, id)
  const gone = await transaction(portal.apim, async on => {
    const sql = 'SELECT SUBSCRIPTION_ID AS id, API_ID AS apiId FROM AM_SUBSCRIPTION WHERE APPLICATION_ID = ?'
    const subscriptions = await rows<{id: number; apiId: number}>(on, sql, [application.id])
    await change(on, 'DELETE FROM AM_APPLICATION_REGISTRATION WHERE APP_ID = ?', [application.id])
    for (const table of [
      'AM_SUBSCRIPTION',
      'AM_APPLICATION_KEY_MAPPING',
      'AM_APPLICATION_ATTRIBUTES',
      'AM_APPLICATION',
    ]) {
      await change(on, `DELETE FROM ${table} WHERE APPLICATION_ID = ?`, [application.id])
    }
    return subscriptions
  })
  const {domain} = principal.tenant
  for (const {id: subscriptionId, apiId} of gone) {
    portal.hub.notify('SUBSCRIPTIONS_DELETE', domain, {subscriptionId, apiId, applicationId: application.id})
  }
  portal.hub.notify('APPLICATION_DELETE', domain, {
    applicationId: application.id,
    uuid: application.uuid,
    applicationName: application.name,
  })
}

/** What lists of applications may be sorted by: ApplicationMappingUtil.getApplicationSortByField of carbon-apimgt v6.7.206. */
const SORTED_BY = {
  name: ({name}: Application) => name,
  throttlingPolicy: ({policy}: Application) => policy,
  status: ({status}: Application) => status,
} as const

/** How a call wants applications sorted. Throws a Fault 400. */
function orderOf({query}: Pick<Call, 'query'>): (a: Application, b: Application) => number {
  const [by, order] = [query.get('sortBy') || 'name', (query.get('sortOrder') || 'asc').toLowerCase()]
  const known = Object.entries(SORTED_BY).find(([name]) => name === by)
  if (!known) throw badRequest(`sortBy: is none of ${Object.keys(SORTED_BY).join(', ')}`)
  if (order !== 'asc' && order !== 'desc') throw badRequest('sortOrder: is none of asc, desc')
  const [, of] = known
  return (a, b) => of(a).localeCompare(of(b)) * (order === 'asc' ? 1 : -1)
}

/** Routes about a user's own applications. */
export function applicationRoutes(portal: Portal): readonly Route[] {
  const caller = (call: Call, scopes: readonly string[] = SCOPES.applications) => portal.guard.principal(call, scopes)
  const own = async (call: Call, scopes?: readonly string[]) => {
    const principal = await caller(call, scopes)
    return {principal, application: await ownApplication(portal, principal, call.param('applicationId'))}
  }

  const list = async (call: Call) => {
    const principal = await caller(call, SCOPES.moveApplications)
    const query = (call.query.get('query') ?? '').toLowerCase()
    const compare = orderOf(call)
    const all = await applicationsOf(portal.apim, await subscriberOf(portal, principal))
    const found = all.filter(({name}) => name.toLowerCase().includes(query)).toSorted(compare)
    return json(paged(found.map(applicationInfo), pageOf(call), '/applications', '&groupId='))
  }
  const create = async (call: Call) => {
    const principal = await caller(call)
    const given = applicationIn(portal, await bodyOf(call, applicationBody))
    const made = await createApplication(portal, principal, given)
    return {...json(await view(portal, made), 201), headers: {location: `${BASE}/applications/${made.uuid}`}}
  }
  const update = async (call: Call) => {
    const {principal, application} = await own(call)
    const given = applicationIn(portal, await bodyOf(call, applicationBody), application)
    return json(await view(portal, await updateApplication(portal, principal, application, given, call.correlationId)))
  }
  const remove = async (call: Call) => {
    const {principal, application} = await own(call, SCOPES.moveApplications)
    await removeApplication(portal, principal, application, call.correlationId)
    return {status: 200}
  }
  return [
    route.get(`${BASE}/applications`, list),
    route.post(`${BASE}/applications`, create),
    route.get(`${BASE}/applications/:applicationId`, async call =>
      json(await view(portal, (await own(call)).application)),
    ),
    route.put(`${BASE}/applications/:applicationId`, update),
    route.delete(`${BASE}/applications/:applicationId`, remove),
  ]
}
