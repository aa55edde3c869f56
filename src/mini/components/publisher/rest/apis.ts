import {listApis} from '../../../apis/api-store.js'
import {byName, type Api} from '../../../apis/api.js'
import {apisBy} from '../../../apis/search.js'
import {bodyOf} from '../../../http/body.js'
import type {Call} from '../../../http/call.js'
import {badRequest, notFound} from '../../../http/fault.js'
import {paged, pageOf} from '../../../http/paging.js'
import {json, route, type Route} from '../../../http/router.js'
import type {Principal} from '../../../oauth/guard.js'
import {PROTOTYPE} from '../../../apis/lifecycle.js'
import {changeApi, createApi, moveApi, needApi, removeApi} from '../api-service.js'
import {seenBy} from '../access-control.js'
import type {Publishing} from '../publishing.js'
import {providerFor} from '../provider.js'
import {apiBody, toInput} from './api-body.js'
import {toDto, toInfo} from './api-dto.js'
import {graphOf} from './graphql.js'
import {MAY, PUBLISHER} from './scopes-of-operations.js'
import {environmentNames} from './environment-names.js'

function exists(apis: readonly Api[], query: string): boolean {
  const [field, ...rest] = query.split(':')
  const asked = (rest.length > 0 ? rest.join(':') : query).toLowerCase()
  if (rest.length === 0 || field === 'name') return apis.some(it => it.name.toLowerCase() === asked)
  const context = asked.startsWith('/') ? asked : `/${asked}`
  return apis.some(({context: own}) => own.toLowerCase() === context)
}

/** APIs: create, read, change, remove, list, and whether a name or context is taken. */
export function apiRoutes(publishing: Publishing): readonly Route[] {
  const {guard, shared} = publishing
  const names = environmentNames(publishing)
  const author = async (call: Call, scopes: readonly string[]) => ({
    principal: await guard.principal(call, scopes),
    correlationId: call.correlationId,
  })
  const seen = async (principal: Principal) =>
    (await seenBy(publishing, principal, await listApis(shared, principal.tenant.id))).map(it => it.api).sort(byName)

  return [
    route.get(`${PUBLISHER}/apis`, async call => {
      const principal = await guard.principal(call, MAY.view)
      const query = call.query.get('query') ?? ''
      const page = pageOf(call)
      const found = paged(
        (await seen(principal)).filter(apisBy(query)),
        page,
        '/apis',
        `&query=${encodeURIComponent(query)}`,
      )
      // fromAPIListToDTO of APIMappingUtil.java, carbon-apimgt v6.7.206: what the microgateway's toolkit asks for.
      const whole = publishing.face !== '4' && call.query.get('expand') === 'true'
      return json({...found, list: found.list.map(whole ? toDto : toInfo)})
    }),
    route.post(`${PUBLISHER}/apis`, async call => {
      const by = await author(call, MAY.create)
      const body = await bodyOf(call, apiBody)
      const input = toInput(body, by.principal.tenant.domain, names)
      const provider = await providerFor(publishing, by.principal, body.provider)
      const made = await createApi(publishing, by, input, {provider})
      const api = body.lifeCycleStatus === 'PROTOTYPED' ? await moveApi(publishing, by, made.id, PROTOTYPE) : made
      return {...json(toDto(api), 201), headers: {location: `${PUBLISHER}/apis/${api.id}`}}
    }),
    route.post(`${PUBLISHER}/apis/validate`, async call => {
      const principal = await guard.principal(call, MAY.create)
      const query = call.query.get('query') ?? ''
      if (query === '') throw badRequest('The query should not be empty')
      const all = (await listApis(shared, principal.tenant.id)).map(it => it.api)
      if (!exists(all, query)) throw notFound('There is no API with this name or context')
      return {status: 200}
    }),
    route.get(`${PUBLISHER}/apis/:apiId`, async call =>
      json(toDto((await needApi(publishing, await guard.principal(call, MAY.view), call.param('apiId'))).api)),
    ),
    route.put(`${PUBLISHER}/apis/:apiId`, async call => {
      const by = await author(call, MAY.change)
      const found = await needApi(publishing, by.principal, call.param('apiId'))
      const body = await bodyOf(call, apiBody)
      const {domain} = by.principal.tenant
      const graph = await graphOf(found.api)
      // What a body says of these is not looked at, so it need not fit.
      const api = await changeApi(publishing, by, call.param('apiId'), before => {
        const {name, context, version, type} = before
        return toInput({...body, name, context, version, type}, domain, names, {...before, graph})
      })
      return json(toDto(api))
    }),
    route.delete(`${PUBLISHER}/apis/:apiId`, async call => {
      await removeApi(publishing, await author(call, MAY.remove), call.param('apiId'))
      return {status: 200}
    }),
  ]
}
