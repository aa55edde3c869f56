import {z} from 'zod'
import {setDefinition} from '../../../apis/api-files.js'
import type {Api} from '../../../apis/api.js'
import {checked} from '../../../http/body.js'
import type {Call} from '../../../http/call.js'
import {badRequest, missing} from '../../../http/fault.js'
import {json, route, type Route} from '../../../http/router.js'
import {nameOf, type Principal} from '../../../oauth/guard.js'
import {
  definitionOfService,
  findService,
  serviceOf,
  useService,
  type Service,
} from '../../../service-catalog/service-store.js'
import {changeApi, needApi, needApiId} from '../api-service.js'
import type {Publishing} from '../publishing.js'
import {apiBody, toInput} from './api-body.js'
import {toDto} from './api-dto.js'
import {definitionIn, resourcesIn} from './definition-body.js'
import {environmentNames} from './environment-names.js'
import {importDefinition} from './imports.js'
import {MAY, PUBLISHER} from './scopes-of-operations.js'

/** What an API is that is made of a service, whatever its body says: ApisApiServiceImpl of carbon-apimgt, importAPIDefinition. */
const endpointsOf = ({serviceUrl}: Service) => ({
  endpoint_type: 'http',
  production_endpoints: {url: serviceUrl},
  sandbox_endpoints: {url: serviceUrl},
})

/** APIs of services in 4.x's catalog. */
export function serviceApiRoutes(publishing: Publishing): readonly Route[] {
  const {guard, apim} = publishing

  const need = async ({tenant}: Principal, key: string): Promise<Service> => {
    const found = await findService(apim, tenant.id, {key})
    if (!found) throw missing('Service', key)
    return found
  }
  const definitionOf = async (service: Service) =>
    definitionIn((await definitionOfService(apim, service)).toString('utf8'))
  const author = async (call: Call) => ({
    principal: await guard.principal(call, MAY.create),
    correlationId: call.correlationId,
  })

  return [
    route.post(`${PUBLISHER}/apis/import-service`, async call => {
      const by = await author(call)
      const key = call.query.get('serviceKey')
      if (!key) throw badRequest('Required parameter serviceKey is missing')
      const given = checked(z.looseObject({}), await call.json())
      const service = await need(by.principal, key)
      const body = {...given, endpointConfig: endpointsOf(service)}
      const {id: tenantId} = by.principal.tenant
      const api = await importDefinition(publishing, by, await definitionOf(service), body, async (on, apiId) => {
        // It may have been removed meanwhile.
        const now = await findService(on, tenantId, {key})
        if (!now) throw missing('Service', key)
        await useService(on, apiId, tenantId, service)
      })
      return {...json(toDto(api), 201), headers: {location: `${PUBLISHER}/apis/${api.id}`}}
    }),
    route.put(`${PUBLISHER}/apis/:apiId/reimport-service`, async call => {
      const by = await author(call)
      const {tenant} = by.principal
      const {api: before} = await needApi(publishing, by.principal, call.param('apiId'))
      const used = await serviceOf(apim, before)
      if (!used) throw badRequest(`API ${before.id} is not made of a service`)
      const service = await need(by.principal, used.key)
      const found = await definitionOf(service)
      const read = (api: Api) =>
        toInput(
          checked(apiBody, {...api, ...resourcesIn(found, api), endpointConfig: endpointsOf(service)}),
          tenant.domain,
          environmentNames(publishing),
          api,
        )
      const api = await changeApi(publishing, by, before.id, read, (within, stored) =>
        setDefinition(within, stored, found.document, nameOf(by.principal)),
      )
      await useService(apim, await needApiId(publishing, api), tenant.id, service)
      return json(toDto(api))
    }),
  ]
}
