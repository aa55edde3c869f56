import type {Call} from '../../../http/call.js'
import {badRequest, notFound} from '../../../http/fault.js'
import {flagOf} from '../../../http/flag.js'
import {paged, pageOf} from '../../../http/paging.js'
import {json, route, type Route} from '../../../http/router.js'
import {nameOf} from '../../../oauth/guard.js'
import {applicationInfo, applicationsOf, type Application} from '../../devportal/application-store.js'
import {BASE as STORE} from '../../devportal/portal.js'
import {subscriberOf} from '../../devportal/subscribers.js'
import {FORM_4} from '../archive/application-4.js'
import {FORM_3, type ApplicationForm} from '../archive/application-model.js'
import {formatOf} from '../archive/archive-writer.js'
import {modelOf} from '../archive/export-application.js'
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

  const save = async (call: Call, form: ApplicationForm) => {
    const caller = await guard.principal(call, MAY.exchangeApplications)
    const [name, ownerName] = [call.query.get('appName') ?? '', call.query.get('appOwner') ?? '']
    if (name === '' || ownerName === '') throw badRequest('appName and appOwner should be specified')
    const withKeys = flagOf(call, 'withKeys', false)
    const owner = await ownerCalled(caller, ownerName)
    const found = (await applicationsOf(apim, await subscriberOf(publishing, owner))).find(it => it.name === name)
    if (!found) throw notFound(`No application ${name.slice(0, 100)} of ${ownerName.slice(0, 100)} was found`)
    const archive = await form.pack(await modelOf(publishing, found, withKeys), formatOf(call))
    return download(archive, `${ownerName.replace('@', '-AT-')}_${name}`)
  }

  const load = async (call: Call, form: ApplicationForm, told: (application: Application) => object) => {
    const caller = await guard.principal(call, MAY.exchangeApplications)
    const preserveOwner = flagOf(call, 'preserveOwner', false)
    const options = {
      update: flagOf(call, 'update', false),
      skipSubscriptions: flagOf(call, 'skipSubscriptions', false),
      skipKeys: flagOf(call, 'skipApplicationKeys', false),
      correlationId: call.correlationId,
    }
    const model = await form.read(await uploaded(call))
    const preserved = preserveOwner && (model.owner ?? model.subscriber?.name)
    const owner = await ownerCalled(caller, call.query.get('appOwner') || preserved || nameOf(caller))
    const {application, skipped} = await importApplication(publishing, owner, model, options)
    const headers = {location: `/applications/${application.uuid}`}
    return skipped.length === 0
      ? {...json(told(application), 201), headers}
      : {...json({count: skipped.length, list: skipped}, 207), headers}
  }

  /** The developer portal has them in 4.x. */
  const moved = [
    route.get(`${STORE}/applications/export`, call => save(call, FORM_4)),
    route.post(`${STORE}/applications/import`, call => load(call, FORM_4, applicationInfo), {
      bodyLimit: ARCHIVE_LIMIT,
    }),
  ]

  return [
    route.get(`${ADMIN}/applications`, list),
    route.delete(`${ADMIN}/applications/:applicationId`, remove),
    route.post(`${ADMIN}/applications/:applicationId/change-owner`, changeOwner),
    route.get(`${ADMIN}/export/applications`, call => save(call, FORM_3)),
    route.post(`${ADMIN}/import/applications`, call => load(call, FORM_3, toInfo), {bodyLimit: ARCHIVE_LIMIT}),
    ...(publishing.face === '4' ? moved : []),
  ]
}
