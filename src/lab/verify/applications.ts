import {expectStatus, textIn, type Call} from './call.js'
import type {Client} from './found.js'
import {applicationPayload, keysPayload, subscriptionPayload} from './payloads.js'
import {askDevportal, askOAuth} from './requests.js'
import type {Walk} from './walk.js'

export const REMOVED = [200, 202, 204, 404] as const

export interface NewApplication {
  readonly name: string
  readonly tokenType: 'JWT' | 'OAUTH'
  readonly policy?: string
  readonly kept?: boolean
}

/** Makes an application and returns its id. */
export async function makeApplication(walk: Walk, application: NewApplication): Promise<string> {
  const {name, tokenType, policy, kept = false} = application
  const payload = applicationPayload(name, tokenType, policy)
  const call = expectStatus(await askDevportal(walk, 'POST', '/applications', payload), 201)
  const id = textIn(call, 'applicationId')
  walk.remember(`application ${name}`, () => askDevportal(walk, 'DELETE', `/applications/${id}`), {kept})
  return id
}

/** Generates an application's keys. */
export async function makeKeys(walk: Walk, applicationId: string): Promise<Client> {
  const {redactor} = walk.options
  const path = `/applications/${applicationId}/generate-keys`
  const call = expectStatus(await askDevportal(walk, 'POST', path, keysPayload), 200)
  return {id: textIn(call, 'consumerKey'), secret: redactor.add(textIn(call, 'consumerSecret'))}
}

/** Subscribes an application to an API. */
export async function subscribe(
  walk: Walk,
  apiId: string,
  applicationId: string,
  {kept = false, policy}: {readonly kept?: boolean; readonly policy?: string} = {},
): Promise<string> {
  const payload = subscriptionPayload(walk.options.forms, {apiId, applicationId}, policy)
  const call = expectStatus(await askDevportal(walk, 'POST', '/subscriptions', payload), 201)
  const id = textIn(call, 'subscriptionId')
  walk.remember('a subscription', () => askDevportal(walk, 'DELETE', `/subscriptions/${id}`), {kept})
  return id
}

/** Asks for a token, until there is one: the key manager may learn of new keys a little later. */
export async function makeToken(walk: Walk, client: Client, form: Readonly<Record<string, string>>): Promise<string> {
  const ask = () => askOAuth(walk, {service: 'token', endpoint: 'token'}, client, form)
  const call: Call = await walk.until('a token', ask, ({status}) => status === 200)
  return walk.options.redactor.add(textIn(call, 'access_token'))
}

export const clientCredentials = (scope?: string) => ({
  grant_type: 'client_credentials',
  ...(scope !== undefined && {scope}),
})

/**
 * A token of its own: asked for with the same scopes, the product gives the same token twice. Scopes that begin with `device_` are
 * granted to everyone (default whitelist of scopes, carbon-apimgt v6.7.206 APIConstants.java DEVICE_SCOPE).
 */
export const ownToken = (purpose: string) => clientCredentials(`device_${purpose}`)

/** An application with keys and a token of its own, subscribed to the walk's API. */
export async function makeCaller(walk: Walk, application: NewApplication): Promise<{client: Client; token: string}> {
  const id = await makeApplication(walk, application)
  const client = await makeKeys(walk, id)
  await subscribe(walk, walk.get('apiId'), id)
  return {client, token: await makeToken(walk, client, clientCredentials())}
}
