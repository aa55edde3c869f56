import {z} from 'zod'
import {dropDefinition, setDefinition} from '../../../apis/api-files.js'
import {exclusive, type Queryable} from '../../../databases/sql.js'
import {bodyOf} from '../../../http/body.js'
import type {Call} from '../../../http/call.js'
import {badRequest, notFound} from '../../../http/fault.js'
import {flagOf} from '../../../http/flag.js'
import {json, route, type Route} from '../../../http/router.js'
import {storable} from '../../../http/storable.js'
import {nameOf} from '../../../oauth/guard.js'
import {
  deleteRevision,
  keptIn,
  listRevisions,
  showDeployment,
  type Revision,
} from '../../../revisions/revision-store.js'
import {changeApi, needApi} from '../api-service.js'
import type {Publishing} from '../publishing.js'
import {APIS_LOCK} from '../repair-apis.js'
import {deploy, needNumbered, needRevision, reviseApi, toPlaces, undeploy} from '../revising.js'
import {toDto as apiDto} from './api-dto.js'
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
  const {guard, apim} = publishing
  const base = `${PUBLISHER}/apis/:apiId`

  const apiOf = async (call: Call, scopes: readonly string[]) => {
    const principal = await guard.principal(call, scopes)
    return {principal, api: (await needApi(publishing, principal, call.param('apiId'))).api}
  }
  const idOf = (call: Call): string => {
    const id = call.query.get('revisionId')
    if (!id) throw badRequest('revisionId: is missing')
    return id
  }
  const placesOf = async (call: Call) => toPlaces(publishing, await bodyOf(call, places))
  /** The number counts where there is no id: publisher-api.yaml of carbon-apimgt 002d85a has both. */
  const numberedOr = (call: Call) => {
    const number = call.query.get('revisionId') ? null : call.query.get('revisionNumber')
    return (on: Queryable, id: string) => (number ? needNumbered(on, id, number) : needRevision(on, id, idOf(call)))
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
      const made = await reviseApi(publishing, principal, api, description ?? '')
      return {...json(toDto(made), 201), headers: {location: `${PUBLISHER}/apis/${api.id}/revisions/${made.uuid}`}}
    }),
    route.get(`${base}/revisions/:revisionId`, async call => {
      const {api} = await apiOf(call, MAY.view)
      return json(toDto(await needRevision(apim, api.id, call.param('revisionId'))))
    }),
    route.delete(`${base}/revisions/:revisionId`, async call => {
      const {api} = await apiOf(call, MAY.change)
      await exclusive(apim, APIS_LOCK, async on => {
        const revision = await needRevision(on, api.id, call.param('revisionId'))
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
        const of = async () => deploymentsOf(await needRevision(on, api.id, revisionUuid)).find(it => it.name === name)
        if (!(await of())) throw notFound(`Revision ${revisionUuid} is not deployed to ${name.slice(0, 100)}`)
        await showDeployment(on, {uuid: revisionUuid}, {name, displayOnDevportal})
        return json(await of())
      })
    }),
    route.post(`${base}/restore-revision`, async call => {
      const {principal, api} = await apiOf(call, MAY.change)
      const {api: before, definition} = await keptIn(apim, await needRevision(apim, api.id, idOf(call)))
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
      return json(deploymentsOf(await deploy(publishing, principal, api, idOf(call), wanted)), 201)
    }),
    route.post(`${base}/undeploy-revision`, async call => {
      const {principal, api} = await apiOf(call, MAY.change)
      const revision = numberedOr(call)
      const isAll = flagOf(call, 'allEnvironments', false)
      // Then a client has none to send: apictl sends `null`.
      const names = isAll ? undefined : (await placesOf(call)).map(({name}) => name)
      const left = await undeploy(publishing, principal, api, on => revision(on, api.id), names)
      return json(deploymentsOf(left), 201)
    }),
  ]
}
