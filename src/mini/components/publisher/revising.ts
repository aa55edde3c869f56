import {definitionOf} from '../../apis/api-files.js'
import {servedContext} from '../../apis/api-rows.js'
import type {Api} from '../../apis/api.js'
import {exclusive, type Queryable} from '../../databases/sql.js'
import {Fault, missing, notFound} from '../../http/fault.js'
import type {NotificationType} from '../../hub/events.js'
import {nameOf, type Principal} from '../../oauth/guard.js'
import {
  deleteRevision,
  deployRevision,
  findRevision,
  insertRevision,
  listRevisions,
  undeployFrom,
  type Deployment,
  type Revision,
} from '../../revisions/revision-store.js'
import {needApi, needApiId} from './api-service.js'
import type {Publishing} from './publishing.js'
import {APIS_LOCK} from './repair-apis.js'
import {vhostOf} from './rest/environment-v4.js'

/** As many of an API as the product keeps: APIProviderImpl.java of carbon-apimgt 9.28.116, getMaxRevisionCount. */
const MOST_REVISIONS = 5

/** ExceptionCodes of carbon-apimgt 9.28.116. */
const tooMany = (id: string) =>
  new Fault(
    400,
    `Maximum number of revisions per API has reached.Need to remove any revision to create a new Revision for API with API UUID: ${id}`,
    {code: 900351, message: 'Can not create API Revision '},
  )

/** Where a revision is wanted. */
export interface GivenPlace {
  readonly name: string
  readonly vhost?: string | null | undefined
  readonly displayOnDevportal?: boolean | null | undefined
}

export type Place = Omit<Deployment, 'deployedTime'>

/** An environment is known by its name, and has the virtual host of its endpoints. Throws a Fault 400 for others. */
export const toPlaces = ({environments}: Publishing, given: readonly GivenPlace[]): readonly Place[] =>
  given.map(({name, vhost, displayOnDevportal}) => {
    const environment = environments.find(it => it.name === name)
    if (!environment)
      throw new Fault(400, `Gateway Environment with name '${name.slice(0, 100)}' not found`, {
        code: 900504,
        message: 'Invalid Gateway Environment',
      })
    const own = vhostOf(environment)
    if (vhost && vhost !== own)
      throw new Fault(400, `The Virtual Host '${vhost.slice(0, 100)}' is invalid for the environment '${name}'`, {
        code: 900512,
        message: 'Invalid virtual host name',
      })
    return {name, vhost: own, displayOnDevportal: displayOnDevportal ?? true}
  })

/** Throws a Fault 404. */
export async function needRevision(on: Queryable, apiUuid: string, uuid: string): Promise<Revision> {
  const found = await findRevision(on, apiUuid, uuid)
  if (!found) throw missing('API Revision', uuid)
  return found
}

/** The revision of an API by its number. Throws a Fault 404. */
export async function needNumbered(on: Queryable, apiUuid: string, number: string): Promise<Revision> {
  const found = (await listRevisions(on, apiUuid)).find(it => String(it.number) === number)
  if (!found) throw notFound(`No revision found for revision number ${number.slice(0, 20)} of API with UUID ${apiUuid}`)
  return found
}

/** Tells the gateways of these environments. */
async function tell(
  publishing: Publishing,
  type: NotificationType,
  {tenant}: Principal,
  api: Api,
  gatewayLabels: readonly string[],
): Promise<void> {
  if (gatewayLabels.length === 0) return
  const {id: uuid, name, version, provider, type: apiType} = api
  const apiId = await needApiId(publishing, api)
  const context = servedContext(api)
  publishing.hub.notify(type, tenant.domain, {apiId, uuid, name, version, provider, apiType, context, gatewayLabels})
}

/** Makes a revision of an API as it is now; one too many is an error, unless the oldest may go. Throws a Fault 400. */
export async function reviseApi(
  publishing: Publishing,
  principal: Principal,
  api: Api,
  description: string,
  rotate = false,
): Promise<Revision> {
  const {made, left} = await exclusive(publishing.apim, APIS_LOCK, async on => {
    const all = await listRevisions(on, api.id)
    const oldest = all.length < MOST_REVISIONS ? undefined : all[0]
    if (oldest && !rotate) throw tooMany(api.id)
    const names = (oldest?.deployments ?? []).map(({name}) => name)
    if (oldest) {
      await undeployFrom(on, api.id, names, oldest.uuid)
      await deleteRevision(on, oldest)
    }
    const now = await needApi(publishing, principal, api.id)
    const kept = {api: now.api, definition: await definitionOf(publishing.shared, now)}
    const uuid = await insertRevision(on, kept, {description, by: nameOf(principal)})
    return {made: await needRevision(on, api.id, uuid), left: names}
  })
  await tell(publishing, 'REMOVE_API_FROM_GATEWAY', principal, api, left)
  return made
}

/** Deploys a revision to environments, in place of the one that was there. Throws a Fault 404. */
export async function deploy(
  publishing: Publishing,
  principal: Principal,
  api: Api,
  uuid: string,
  places: readonly Place[],
): Promise<Revision> {
  const deployed = await exclusive(publishing.apim, APIS_LOCK, async on => {
    await deployRevision(on, await needRevision(on, api.id, uuid), places)
    return needRevision(on, api.id, uuid)
  })
  const names = places.map(({name}) => name)
  await tell(publishing, 'DEPLOY_API_IN_GATEWAY', principal, api, names)
  return deployed
}

/** Takes a revision from environments, from all that have it where none are named. Throws a Fault 404. */
export async function undeploy(
  publishing: Publishing,
  principal: Principal,
  api: Api,
  find: (on: Queryable) => Promise<Revision>,
  named?: readonly string[],
): Promise<Revision> {
  const {left, names} = await exclusive(publishing.apim, APIS_LOCK, async on => {
    const {uuid, deployments} = await find(on)
    const from = named ?? deployments.map(({name}) => name)
    await undeployFrom(on, api.id, from, uuid)
    return {left: await needRevision(on, api.id, uuid), names: from}
  })
  await tell(publishing, 'REMOVE_API_FROM_GATEWAY', principal, api, names)
  return left
}
