import {z} from 'zod'
import {definitionOf, dropDefinition, setDefinition} from '../../../apis/api-files.js'
import {servedContext} from '../../../apis/api-rows.js'
import type {Api} from '../../../apis/api.js'
import {exclusive, type Queryable} from '../../../databases/sql.js'
import {bodyOf} from '../../../http/body.js'
import type {Call} from '../../../http/call.js'
import {badRequest, Fault, missing, notFound} from '../../../http/fault.js'
import {json, route, type Route} from '../../../http/router.js'
import {storable} from '../../../http/storable.js'
import type {NotificationType} from '../../../hub/events.js'
import {nameOf, type Principal} from '../../../oauth/guard.js'
import {
  deleteRevision,
  deployRevision,
  findRevision,
  insertRevision,
  keptIn,
  listRevisions,
  showDeployment,
  undeployFrom,
  type Revision,
} from '../../../revisions/revision-store.js'
import {changeApi, needApi, needApiId} from '../api-service.js'
import type {Publishing} from '../publishing.js'
import {APIS_LOCK} from '../repair-apis.js'
import {toDto as apiDto} from './api-dto.js'
import {vhostOf} from './environment-v4.js'
import {MAY, PUBLISHER} from './scopes-of-operations.js'

const newRevision = z.object({description: storable(255).nullish()})
const place = z.object({
  name: z.string().min(1).max(255),
  vhost: z.string().max(255).nullish(),
  displayOnDevportal: z.boolean().nullish(),
})
const places = z.array(place).max(100)
/** APIRevisionDeploymentDTO, of which a client may change one field. */
const shownPlace = z.object({revisionUuid: z.string(), displayOnDevportal: z.boolean()})

/** The name of an environment in a path: URL-safe Base64, publisher-api.yaml v4, deploymentId. */
const environmentIn = (deploymentId: string) => Buffer.from(deploymentId, 'base64url').toString('utf8')

/** As many of an API as the product keeps: APIProviderImpl.java of carbon-apimgt 9.28.116, getMaxRevisionCount. */
const MOST_REVISIONS = 5

/** ExceptionCodes of carbon-apimgt 9.28.116. */
const tooMany = (id: string) =>
  new Fault(
    400,
    `Maximum number of revisions per API has reached.Need to remove any revision to create a new Revision for API with API UUID: ${id}`,
    {code: 900351, message: 'Can not create API Revision '},
  )

/** APIRevisionDeploymentDTO of publisher-api.yaml v4. */
const deploymentsOf = ({uuid, deployments}: Revision) =>
  deployments.map(({name, vhost, displayOnDevportal, deployedTime}) => ({
    revisionUuid: uuid,
    name,
    vhost,
    displayOnDevportal,
    deployedTime: deployedTime.toISOString(),
    successDeployedTime: deployedTime.toISOString(),
  }))

/** APIRevisionDTO. */
const toDto = (revision: Revision) => ({
  displayName: `Revision ${revision.number}`,
  id: revision.uuid,
  description: revision.description,
  createdTime: revision.createdTime.toISOString(),
  apiInfo: {id: revision.apiUuid},
  deploymentInfo: deploymentsOf(revision),
})

/** An API's revisions, and where they are deployed: of 4.x, whose gateways fetch them. */
export function revisionRoutes(publishing: Publishing): readonly Route[] {
  const {guard, apim, shared, hub, environments} = publishing
  const base = `${PUBLISHER}/apis/:apiId`

  const apiOf = async (call: Call, scopes: readonly string[]) => {
    const principal = await guard.principal(call, scopes)
    return {principal, api: (await needApi(publishing, principal, call.param('apiId'))).api}
  }
  const need = async (on: Queryable, apiUuid: string, uuid: string): Promise<Revision> => {
    const found = await findRevision(on, apiUuid, uuid)
    if (!found) throw missing('API Revision', uuid)
    return found
  }
  const idOf = (call: Call): string => {
    const id = call.query.get('revisionId')
    if (!id) throw badRequest('revisionId: is missing')
    return id
  }
  /** Where a revision goes: an environment is known by its name, and has the virtual host of its endpoints. */
  const placesOf = async (call: Call) =>
    (await bodyOf(call, places)).map(({name, vhost, displayOnDevportal}) => {
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
  const tell = async (type: NotificationType, {tenant}: Principal, api: Api, gatewayLabels: readonly string[]) => {
    if (gatewayLabels.length === 0) return
    const {id: uuid, name, version, provider, type: apiType} = api
    const apiId = await needApiId(publishing, api)
    const context = servedContext(api)
    hub.notify(type, tenant.domain, {apiId, uuid, name, version, provider, apiType, context, gatewayLabels})
  }

  return [
    route.get(`${base}/revisions`, async call => {
      const {api} = await apiOf(call, MAY.view)
      const query = call.query.get('query') ?? ''
      const wanted = /^deployed:(true|false)$/.exec(query)?.[1]
      if (query !== '' && wanted === undefined) throw badRequest('query: is neither deployed:true nor deployed:false')
      const list = (await listRevisions(apim, api.id))
        .filter(({deployments}) => wanted === undefined || deployments.length > 0 === (wanted === 'true'))
        .map(toDto)
      return json({count: list.length, list})
    }),
    route.post(`${base}/revisions`, async call => {
      const {principal, api} = await apiOf(call, MAY.change)
      const {description} = await bodyOf(call, newRevision)
      const made = await exclusive(apim, APIS_LOCK, async on => {
        if ((await listRevisions(on, api.id)).length >= MOST_REVISIONS) throw tooMany(api.id)
        const now = await needApi(publishing, principal, api.id)
        const kept = {api: now.api, definition: await definitionOf(shared, now)}
        const uuid = await insertRevision(on, kept, {description: description ?? '', by: nameOf(principal)})
        return need(on, api.id, uuid)
      })
      return {...json(toDto(made), 201), headers: {location: `${PUBLISHER}/apis/${api.id}/revisions/${made.uuid}`}}
    }),
    route.get(`${base}/revisions/:revisionId`, async call => {
      const {api} = await apiOf(call, MAY.view)
      return json(toDto(await need(apim, api.id, call.param('revisionId'))))
    }),
    route.delete(`${base}/revisions/:revisionId`, async call => {
      const {api} = await apiOf(call, MAY.change)
      await exclusive(apim, APIS_LOCK, async on => {
        const revision = await need(on, api.id, call.param('revisionId'))
        if (revision.deployments.length > 0)
          throw badRequest(`Revision ${revision.uuid} is deployed: undeploy it before it is removed`)
        await deleteRevision(on, revision)
      })
      const list = (await listRevisions(apim, api.id)).map(toDto)
      return json({count: list.length, list})
    }),
    route.get(`${base}/deployments`, async call => {
      const {api} = await apiOf(call, MAY.view)
      return json((await listRevisions(apim, api.id)).flatMap(deploymentsOf))
    }),
    route.put(`${base}/deployments/:deploymentId`, async call => {
      const {api} = await apiOf(call, MAY.change)
      const name = environmentIn(call.param('deploymentId'))
      const {revisionUuid, displayOnDevportal} = await bodyOf(call, shownPlace)
      return exclusive(apim, APIS_LOCK, async on => {
        const of = async () => deploymentsOf(await need(on, api.id, revisionUuid)).find(it => it.name === name)
        if (!(await of())) throw notFound(`Revision ${revisionUuid} is not deployed to ${name.slice(0, 100)}`)
        await showDeployment(on, {uuid: revisionUuid}, {name, displayOnDevportal})
        return json(await of())
      })
    }),
    route.post(`${base}/restore-revision`, async call => {
      const {principal, api} = await apiOf(call, MAY.change)
      const {api: before, definition} = await keptIn(apim, await need(apim, api.id, idOf(call)))
      // Who may change an API may have it as it was, as a whole.
      const by = {
        principal: {...principal, scopes: [...principal.scopes, ...MAY.create]},
        correlationId: call.correlationId,
      }
      const restored = await changeApi(
        publishing,
        by,
        api.id,
        () => before,
        (within, stored) =>
          definition ? setDefinition(within, stored, definition, nameOf(principal)) : dropDefinition(within, stored),
      )
      return json(apiDto(restored), 201)
    }),
    // 201, though publisher-api.yaml says 200: rest.api.publisher.v1 ApisApiServiceImpl.java of carbon-apimgt 9.28.116.
    route.post(`${base}/deploy-revision`, async call => {
      const {principal, api} = await apiOf(call, MAY.change)
      const wanted = await placesOf(call)
      const deployed = await exclusive(apim, APIS_LOCK, async on => {
        const revision = await need(on, api.id, idOf(call))
        await deployRevision(on, revision, wanted)
        return need(on, api.id, revision.uuid)
      })
      await tell(
        'DEPLOY_API_IN_GATEWAY',
        principal,
        api,
        wanted.map(({name}) => name),
      )
      return json(deploymentsOf(deployed), 201)
    }),
    route.post(`${base}/undeploy-revision`, async call => {
      const {principal, api} = await apiOf(call, MAY.change)
      const names = (await placesOf(call)).map(({name}) => name)
      const left = await exclusive(apim, APIS_LOCK, async on => {
        const revision = await need(on, api.id, idOf(call))
        await undeployFrom(on, api.id, names, revision.uuid)
        return need(on, api.id, revision.uuid)
      })
      await tell('REMOVE_API_FROM_GATEWAY', principal, api, names)
      return json(deploymentsOf(left), 201)
    }),
  ]
}
