import type {Call} from '../../../http/call.js'
import {badRequest, notFound} from '../../../http/fault.js'
import {flagOf} from '../../../http/flag.js'
import {paged, pageOf} from '../../../http/paging.js'
import {json, route, type Route} from '../../../http/router.js'
import {nameOf} from '../../../oauth/guard.js'
import {applicationsOf, type Application} from '../../devportal/application-store.js'
import {subscriberOf} from '../../devportal/subscribers.js'
import {applicationIn} from '../archive/application-model.js'
import {exportApplication} from '../archive/export-application.js'
import {importApplication} from '../archive/import-application.js'
import {ARCHIVE_LIMIT, download, uploaded} from '../archive/routes.js'
import type {Publishing} from '../publishing.js'
import {ADMIN, MAY} from '../rest/scopes-of-operations.js'
import {makeApplications} from './application-actions.js'

/** ApplicationInfoDTO of admin-api.yaml, carbon-apimgt v6.7.206. */
const toInfo = ({uuid, name, owner, status}: Pick<Application, 'uuid' | 'name' | 'owner' | 'status'>) => ({
  applicationId: uuid,
  name,
  owner,
  status,
  groupId: '',
})

/** Applications of a tenant by REST: whose they are, and as archives. */
export function applicationRoutes(publishing: Publishing): readonly Route[] {
  const {apim, guard} = publishing
  const applications = makeApplications(publishing)
  const {ownerCalled} = applications

  const list = async (call: Call) => {
    const {tenant} = await guard.principal(call, MAY.seeApplications)
    const [user, name] = [call.query.get('user')?.toLowerCase(), (call.query.get('name') ?? '').toLowerCase()]
    const all = await applications.list(tenant)
    const found = all.filter(it => (!user || it.owner.toLowerCase() === user) && it.name.toLowerCase().includes(name))
    const {count, list: shown, pagination} = paged(found.map(toInfo), pageOf(call), '/applications')
    return json({count, list: shown, next: pagination.next, previous: pagination.previous})
  }

  const changeOwner = async (call: Call) => {
    const caller = await guard.principal(call, MAY.changeOwner)
    const owner = call.query.get('owner') ?? ''
    await applications.changeOwner(caller, call.param('applicationId'), owner, call.correlationId)
    return {status: 200}
  }

  const remove = async (call: Call) => {
    const caller = await guard.principal(call, MAY.removeApplications)
    await applications.remove(caller, call.param('applicationId'), call.correlationId)
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
    route.delete(`${ADMIN}/applications/:applicationId`, remove),
    route.post(`${ADMIN}/applications/:applicationId/change-owner`, changeOwner),
    route.get(`${ADMIN}/export/applications`, save),
    route.post(`${ADMIN}/import/applications`, load, {bodyLimit: ARCHIVE_LIMIT}),
  ]
}
