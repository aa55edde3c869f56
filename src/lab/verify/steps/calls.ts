import {makeCaller, makeToken} from '../applications.js'
import {expectStatus, textIn, type Call} from '../call.js'
import {apiKeyPayload, RESOURCES} from '../payloads.js'
import {askDevportal, callApi, type Credentials} from '../requests.js'
import type {Walk} from '../walk.js'
import type {Route} from '../routes.js'

/** Does the same on every route to a gateway, one after the other, and says which they were. */
export async function onEveryRoute(walk: Walk, work: (route: Route) => Promise<unknown>): Promise<string> {
  for (const route of walk.gateways) await work(route)
  return `through ${walk.gateways.map(({name}) => name).join(', ')}`
}

/** Calls a resource on every route until the answer has this status; a 200 must be the backend's. */
export function untilStatus(walk: Walk, status: number, resource: string, credentials?: Credentials): Promise<string> {
  const {backend} = walk.options
  const good = (call: Call) => call.status === status && (status !== 200 || backend.isBody(call.body, resource))
  const expected = `HTTP ${status}${status === 200 ? " with the backend's body" : ''} from ${resource}`
  return onEveryRoute(walk, route =>
    walk.until(expected, () => callApi(walk, route.to('gateway-https'), resource, credentials), good),
  )
}

/** Calls the API over HTTPS and HTTP. */
export async function call(walk: Walk): Promise<string> {
  const {backend} = walk.options
  const routes = await onEveryRoute(walk, async route => {
    for (const gateway of [route.to('gateway-https'), route.to('gateway-http')])
      await walk.until(
        `HTTP 200 with the backend's body from ${RESOURCES.open} on ${gateway.port}`,
        () => callApi(walk, gateway, RESOURCES.open, walk.get('appToken')),
        ({status, body}) => status === 200 && backend.isBody(body, RESOURCES.open),
      )
  })
  return `200, the backend's body, ${routes}`
}

/** Calls it without a token. */
export async function noToken(walk: Walk): Promise<string> {
  return `401, ${await untilStatus(walk, 401, RESOURCES.open)}`
}

/** Calls the resource that needs a scope: with a token that lacks it, then with one that has it. */
export async function scope(walk: Walk): Promise<string> {
  const {admin, names} = walk.options
  await untilStatus(walk, 403, RESOURCES.scoped, walk.get('appToken'))
  const scoped = await makeToken(walk, walk.get('keys'), {grant_type: 'password', ...admin, scope: names.scope})
  return `403 without it, 200 with it, ${await untilStatus(walk, 200, RESOURCES.scoped, scoped)}`
}

/** Calls it with a token that the gateway has to ask the key manager about. */
export async function opaque(walk: Walk): Promise<string> {
  const {token} = await makeCaller(walk, {name: `${walk.names.mark}Opaque`, tokenType: 'OAUTH'})
  return `200, ${await untilStatus(walk, 200, RESOURCES.open, token)}`
}

/** Calls it with an API key of the application. */
export async function apiKey(walk: Walk): Promise<string> {
  const {forms, names, redactor} = walk.options
  const path = `/applications/${walk.get('applicationId')}/api-keys/PRODUCTION/generate`
  const made = expectStatus(await askDevportal(walk, 'POST', path, apiKeyPayload(forms, `${names.mark}Key`)), 200)
  const key = redactor.add(textIn(made, 'apikey'))
  return `200, ${await untilStatus(walk, 200, RESOURCES.open, {apiKey: key})}`
}
