import {change, rows} from '../../../databases/sql.js'
import type {Call} from '../../../http/call.js'
import {badRequest, conflict, Fault, missing, notFound} from '../../../http/fault.js'
import {paged, pageOf} from '../../../http/paging.js'
import {json, route, type Route} from '../../../http/router.js'
import {nameOf, type Principal} from '../../../oauth/guard.js'
import {findUser, splitName, type FoundUser} from '../../../users/users.js'
import {applicationsOf, type Application} from '../../devportal/application-store.js'
import {keysOf} from '../../devportal/keys.js'
import {subscriberOf} from '../../devportal/subscribers.js'
import {applicationIn} from '../archive/application-model.js'
import {exportApplication} from '../archive/export-application.js'
import {importApplication} from '../archive/import-application.js'
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

const SELECT =
  'SELECT a.APPLICATION_ID AS id, a.UUID AS uuid, a.NAME AS name, s.USER_ID AS owner, a.APPLICATION_STATUS AS status FROM AM_APPLICATION a ' +
  'JOIN AM_SUBSCRIBER s ON s.SUBSCRIBER_ID = a.SUBSCRIBER_ID WHERE s.TENANT_ID = ? ORDER BY a.NAME, a.APPLICATION_ID'

type Info = Pick<Application, 'id' | 'uuid' | 'name' | 'owner' | 'status'>

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
    // Keys first: with the key manager away nothing is half changed.
    for (const {consumerKey} of await keysOf(publishing, found)) {
      await publishing.keyManager.changeOwner(consumerKey, nameOf(owner), call.correlationId)
    }
    const sql = 'UPDATE AM_APPLICATION SET SUBSCRIBER_ID = ?, UPDATED_BY = ?, UPDATED_TIME = NOW() WHERE UUID = ?'
    await change(apim, sql, [subscriber, nameOf(caller).slice(0, 100), uuid])
    const {id: applicationId, name: applicationName} = found
    hub.notify('APPLICATION_UPDATE', caller.tenant.domain, {applicationId, uuid, applicationName})
    return {status: 200}
  }

  const save = async (call: Call) => {
    const caller = await guard.principal(call, MAY.exchangeApplications)
    const [name, ownerName] = [call.query.get('appName') ?? '', call.query.get('appOwner') ?? '']
    if (name === '' || ownerName === '') throw badRequest('appName and appOwner should be specified')
    const withKeys = flagOf(call, 'withKeys', false)
    const owner = await ownerCalled(caller, ownerName)
    const found = (await applicationsOf(apim, await subscriberOf(publishing, owner))).find(it => it.name === name)
    if (!found) throw notFound(`No application ${name.slice(0, 100)} of ${ownerName.slice(0, 100)} was found`)
    const archive = await exportApplication(publishing, found, withKeys)
    return download(archive, `${ownerName.replace('@', '-AT-')}_${name}`)
  }

  const load = async (call: Call) => {
    const caller = await guard.principal(call, MAY.exchangeApplications)
    const preserveOwner = flagOf(call, 'preserveOwner', false)
    const options = {
      update: flagOf(call, 'update', false),
      skipSubscriptions: flagOf(call, 'skipSubscriptions', false),
      skipKeys: flagOf(call, 'skipApplicationKeys', false),
      correlationId: call.correlationId,
    }
    const model = await applicationIn(await uploaded(call))
    const preserved = preserveOwner && (model.owner ?? model.subscriber?.name)
    const owner = await ownerCalled(caller, call.query.get('appOwner') || preserved || nameOf(caller))
    const {application, skipped} = await importApplication(publishing, owner, model, options)
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
