import {listApis} from '../../../apis/api-store.js'
import type {Api} from '../../../apis/api.js'
import {bodyOf} from '../../../http/body.js'
import type {Call} from '../../../http/call.js'
import {badRequest, notFound} from '../../../http/fault.js'
import {paged, pageOf} from '../../../http/paging.js'
import {json, route, type Route} from '../../../http/router.js'
import type {Principal} from '../../../oauth/guard.js'
import {changeApi, createApi, needApi, removeApi} from '../api-service.js'
import type {Publishing} from '../publishing.js'
import {apiBody, toInput} from './api-body.js'
import {MAY, PUBLISHER} from './scopes-of-operations.js'
import {searchOf} from './search.js'

/** APIInfoDTO. */
const toInfo = (api: Api) => ({
  id: api.id,
  name: api.name,
  description: api.description ?? null,
  context: api.context,
  version: api.version,
  provider: api.provider,
  type: api.type,
  lifeCycleStatus: api.lifeCycleStatus,
  workflowStatus: null,
  hasThumbnail: false,
  securityScheme: api.securityScheme,
})

/** APIDTO: what mini does not have says so with the product's default. */
const toDto = (api: Api) => ({
  ...api,
  hasThumbnail: false,
  responseCachingEnabled: false,
  enableSchemaValidation: false,
  subscriptionAvailability: 'CURRENT_TENANT',
  accessControl: 'NONE',
  endpointImplementationType: 'ENDPOINT',
  additionalProperties: {},
  categories: [],
  keyManagers: ['all'],
})

function exists(apis: readonly Api[], query: string): boolean {
  const [field, ...rest] = query.split(':')
  const asked = (rest.length > 0 ? rest.join(':') : query).toLowerCase()
  if (rest.length === 0 || field === 'name') return apis.some(it => it.name.toLowerCase() === asked)
  const context = asked.startsWith('/') ? asked : `/${asked}`
  return apis.some(({context: own}) => own.toLowerCase() === context)
}

/** APIs: create, read, change, remove, list, and whether a name or context is taken. */
export function apiRoutes(publishing: Publishing): readonly Route[] {
  const {guard, shared, environments} = publishing
  const names = [...new Set(environments.map(it => it.name))]
  const author = async (call: Call, scopes: readonly string[]) => ({
    principal: await guard.principal(call, scopes),
    correlationId: call.correlationId,
  })
  const apisOf = async ({tenant}: Principal) => (await listApis(shared, tenant.id)).map(it => it.api)

  return [
    route.get(`${PUBLISHER}/apis`, async call => {
      const principal = await guard.principal(call, MAY.view)
      const query = call.query.get('query') ?? ''
      const page = pageOf(call)
      const found = (await apisOf(principal)).filter(searchOf(query))
      return json(paged(found.map(toInfo), page, '/apis', `&query=${encodeURIComponent(query)}`))
    }),
    route.post(`${PUBLISHER}/apis`, async call => {
      const by = await author(call, MAY.create)
      const body = await bodyOf(call, apiBody)
      const api = await createApi(publishing, by, toInput(body, by.principal.tenant.domain, names))
      return {...json(toDto(api), 201), headers: {location: `${PUBLISHER}/apis/${api.id}`}}
    }),
    route.post(`${PUBLISHER}/apis/validate`, async call => {
      const principal = await guard.principal(call, MAY.create)
      const query = call.query.get('query') ?? ''
      if (query === '') throw badRequest('The query should not be empty')
      if (!exists(await apisOf(principal), query)) throw notFound('There is no API with this name or context')
      return {status: 200}
    }),
    route.get(`${PUBLISHER}/apis/:apiId`, async call =>
      json(toDto((await needApi(publishing, await guard.principal(call, MAY.view), call.param('apiId'))).api)),
    ),
    route.put(`${PUBLISHER}/apis/:apiId`, async call => {
      const by = await author(call, MAY.change)
      await needApi(publishing, by.principal, call.param('apiId'))
      const body = await bodyOf(call, apiBody)
      const {domain} = by.principal.tenant
      // What a body says of these is not looked at, so it need not fit.
      const api = await changeApi(publishing, by, call.param('apiId'), ({name, context, version, type}) =>
        toInput({...body, name, context, version, type}, domain, names),
      )
      return json(toDto(api))
    }),
    route.delete(`${PUBLISHER}/apis/:apiId`, async call => {
      await removeApi(publishing, await author(call, MAY.remove), call.param('apiId'))
      return {status: 200}
    }),
  ]
}
