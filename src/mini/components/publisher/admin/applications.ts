import {z} from 'zod'
import {unzipped, zipped} from '../../../archive.js'
import {change, rows} from '../../../databases/sql.js'
import {checked} from '../../../http/body.js'
import type {Call} from '../../../http/call.js'
import {badRequest, conflict, Fault, missing, missingOperation, notFound} from '../../../http/fault.js'
import {paged, pageOf} from '../../../http/paging.js'
import {json, route, type Route} from '../../../http/router.js'
import {nameOf, type Principal} from '../../../oauth/guard.js'
import {findUser, splitName, type FoundUser} from '../../../users/users.js'
import {applicationsOf, ownApplication, type Application} from '../../devportal/application-store.js'
import {createApplication} from '../../devportal/applications.js'
import {subscriberOf} from '../../devportal/subscribers.js'
import {subscribe} from '../../devportal/subscriptions.js'
import {subscriptionsOf} from '../../devportal/subscription-store.js'
import {visibleApis} from '../../devportal/visible-apis.js'
import {ARCHIVE_LIMIT, download, flagOf, uploaded} from '../archive/routes.js'
import type {Publishing} from '../publishing.js'
import {ADMIN, MAY} from '../rest/scopes-of-operations.js'

/** ApplicationInfoDTO of admin-api.yaml, carbon-apimgt v6.7.206. */
const toInfo = ({uuid, name, owner, status}: Pick<Application, 'uuid' | 'name' | 'owner' | 'status'>) => ({
  applicationId: uuid,
  name,
  owner,
  status,
  groupId: '',
})

/**
 * An application as archives have it: Application.java of carbon-apimgt v6.7.206 as Gson writes it, read by
 * FileBasedApplicationImportExportManager.java.
 */
const applicationModel = z.looseObject({
  name: z.string().min(1).max(100),
  tier: z.string().min(1),
  description: z.string().max(512).nullish(),
  owner: z.string().nullish(),
  subscriber: z.looseObject({name: z.string()}).nullish(),
  tokenType: z.string().nullish(),
  keyManagerWiseOAuthApp: z.record(z.string(), z.unknown()).nullish(),
  subscribedAPIs: z
    .array(
      z.looseObject({
        apiId: z.looseObject({providerName: z.string(), apiName: z.string(), version: z.string()}).nullish(),
        tier: z.looseObject({name: z.string()}).nullish(),
      }),
    )
    .max(1000)
    .nullish(),
})

/** Only letters, digits and some signs are in names of applications, so one can be a file's. */
async function exported(publishing: Publishing, application: Application): Promise<Buffer> {
  const {name, uuid, id, policy: tier, description, status, owner, tokenType, tenantId} = application
  const subscriber = {name: owner, tenantId}
  const model = {
    ...{id, name, uuid, subscriber, tier, description, status, groupId: '', owner, tokenType},
    keys: [],
    keyManagerWiseOAuthApp: {},
    applicationAttributes: {},
    subscribedAPIs: (await subscriptionsOf(publishing, application)).map(it => ({
      subscriptionId: it.id,
      uuid: it.uuid,
      tier: {name: it.policy},
      subscriber,
      apiId: {providerName: it.apiProvider, apiName: it.apiName, version: it.apiVersion},
      subStatus: it.status,
      isBlocked: false,
    })),
  }
  return zipped(new Map([[`${name}/${name}.json`, Buffer.from(JSON.stringify(model, null, 2))]]))
}

async function modelIn(archive: Buffer): Promise<z.output<typeof applicationModel>> {
  const files = await unzipped(archive)
  const [path, bytes] = [...files].find(([name]) => /^([^/]+)\/\1\.json$/.test(name)) ?? []
  if (path === undefined || !bytes) throw badRequest('The archive has no application: NAME/NAME.json')
  let value: unknown
  try {
    value = JSON.parse(bytes.toString('utf8'))
  } catch {
    throw badRequest(`${path}: is no valid JSON`)
  }
  return checked(applicationModel, value)
}

const SELECT =
  'SELECT a.UUID AS uuid, a.NAME AS name, s.USER_ID AS owner, a.APPLICATION_STATUS AS status FROM AM_APPLICATION a ' +
  'JOIN AM_SUBSCRIBER s ON s.SUBSCRIBER_ID = a.SUBSCRIBER_ID WHERE s.TENANT_ID = ? ORDER BY a.NAME, a.APPLICATION_ID'

type Info = Pick<Application, 'uuid' | 'name' | 'owner' | 'status'>

/** Applications of a tenant: whose they are, and as archives. */
export function applicationRoutes(publishing: Publishing): readonly Route[] {
  const {apim, shared, guard, hub} = publishing

  /** A user of the caller's tenant, as one who owns applications. Throws a Fault 403 for another tenant's, 404 for nobody. */
  const ownerCalled = async (caller: Principal, name: string): Promise<Principal> => {
    if (splitName(name).domain !== caller.tenant.domain) throw new Fault(403, 'Cross Tenant Imports are not allowed')
    const user: FoundUser | undefined = await findUser(shared, name)
    if (!user) throw notFound(`There is no user ${name.slice(0, 100)}`)
    return {name: user.name, tenant: caller.tenant, consumerKey: '', scopes: []}
  }

  const list = async (call: Call) => {
    const caller = await guard.principal(call, MAY.seeApplications)
    const [user, name] = [call.query.get('user')?.toLowerCase(), (call.query.get('name') ?? '').toLowerCase()]
    const all = await rows<Info>(apim, SELECT, [caller.tenant.id])
    const found = all.filter(it => (!user || it.owner.toLowerCase() === user) && it.name.toLowerCase().includes(name))
    const {count, list: shown, pagination} = paged(found.map(toInfo), pageOf(call), '/applications')
    return json({count, list: shown, next: pagination.next, previous: pagination.previous})
  }

  const changeOwner = async (call: Call) => {
    const caller = await guard.principal(call, MAY.changeOwner)
    const uuid = call.param('applicationId')
    const found = (await rows<Info>(apim, SELECT, [caller.tenant.id])).find(it => it.uuid === uuid)
    if (!found) throw missing('Application', uuid)
    const owner = await ownerCalled(caller, call.query.get('owner') ?? '')
    const subscriber = await subscriberOf(publishing, owner)
    if ((await applicationsOf(apim, subscriber)).some(it => it.name === found.name && it.uuid !== uuid)) {
      throw conflict(`${nameOf(owner)} has an application ${found.name} already`)
    }
    const sql = 'UPDATE AM_APPLICATION SET SUBSCRIBER_ID = ?, UPDATED_BY = ?, UPDATED_TIME = NOW() WHERE UUID = ?'
    await change(apim, sql, [subscriber, nameOf(caller).slice(0, 100), uuid])
    const {id: applicationId, name: applicationName} = await ownApplication(publishing, owner, uuid)
    hub.notify('APPLICATION_UPDATE', caller.tenant.domain, {applicationId, uuid, applicationName})
    return {status: 200}
  }

  const save = async (call: Call) => {
    const caller = await guard.principal(call, MAY.exchangeApplications)
    const [name, ownerName] = [call.query.get('appName') ?? '', call.query.get('appOwner') ?? '']
    if (name === '' || ownerName === '') throw badRequest('appName and appOwner should be specified')
    if (flagOf(call, 'withKeys', false)) throw missingOperation('mini exports no keys: leave out withKeys')
    const owner = await ownerCalled(caller, ownerName)
    const found = (await applicationsOf(apim, await subscriberOf(publishing, owner))).find(it => it.name === name)
    if (!found) throw notFound(`No application ${name.slice(0, 100)} of ${ownerName.slice(0, 100)} was found`)
    return download(await exported(publishing, found), `${ownerName.replace('@', '-AT-')}_${name}`)
  }

  const load = async (call: Call) => {
    const caller = await guard.principal(call, MAY.exchangeApplications)
    const [preserveOwner, update] = [flagOf(call, 'preserveOwner', false), flagOf(call, 'update', false)]
    const skipSubscriptions = flagOf(call, 'skipSubscriptions', false)
    const skipKeys = flagOf(call, 'skipApplicationKeys', false)
    const asked = call.query.get('appOwner')
    const model = await modelIn(await uploaded(call))
    const keys = Object.values(model.keyManagerWiseOAuthApp ?? {}).some(it => Object.keys(it as object).length > 0)
    if (keys && !skipKeys) throw missingOperation('mini imports no keys: say skipApplicationKeys=true')
    const wanted = asked || (preserveOwner && (model.owner ?? model.subscriber?.name)) || nameOf(caller)
    const owner = await ownerCalled(caller, wanted)
    const {name, tier: policy, description} = model
    const tokenType = model.tokenType === 'OAUTH' ? 'OAUTH' : 'JWT'
    const mine = await applicationsOf(apim, await subscriberOf(publishing, owner))
    const there = update ? mine.find(it => it.name === name) : undefined
    if (there) {
      const sql = 'UPDATE AM_APPLICATION SET APPLICATION_TIER = ?, DESCRIPTION = ?, UPDATED_TIME = NOW() WHERE UUID = ?'
      await change(apim, sql, [policy, description ?? null, there.uuid])
    }
    const application =
      there ??
      (await createApplication(publishing, owner, {name, policy, tokenType, ...(description && {description})}))

    const apis = await visibleApis(publishing, caller.tenant, owner)
    const skipped: object[] = []
    for (const it of skipSubscriptions ? [] : (model.subscribedAPIs ?? [])) {
      const {apiName = '', version = '', providerName = ''} = it.apiId ?? {}
      const api = apis.find(found => found.name === apiName && found.version === version)
      try {
        if (!api) throw notFound('There is no such API')
        await subscribe(publishing, owner, application, api, it.tier?.name ?? '')
      } catch (error) {
        const known = error instanceof Fault && error.status === 409 && there
        if (!(error instanceof Fault)) throw error
        if (!known) skipped.push({name: apiName, version, provider: providerName})
      }
    }
    const headers = {location: `/applications/${application.uuid}`}
    return skipped.length === 0
      ? {...json(toInfo(application), 201), headers}
      : {...json({count: skipped.length, list: skipped}, 207), headers}
  }

  return [
    route.get(`${ADMIN}/applications`, list),
    route.post(`${ADMIN}/applications/:applicationId/change-owner`, changeOwner),
    route.get(`${ADMIN}/export/applications`, save),
    route.post(`${ADMIN}/import/applications`, load, {bodyLimit: ARCHIVE_LIMIT}),
  ]
}
