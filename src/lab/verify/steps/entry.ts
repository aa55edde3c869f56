import type {ServiceName} from '../../../model/services.js'
import {expectStatus, textIn} from '../call.js'
import {askAsAdmin, askOAuth} from '../requests.js'
import type {Walk} from '../walk.js'

/** Always the same: the product returns a client that is there, and its registration has no way to list or remove those of before. */
const CLIENT_NAME = 'apim_lab_verify'

/**
 * Scopes of the REST APIs: publisher-api.yaml, store-api.yaml and admin-api.yaml of carbon-apimgt v6.7.206, those of 3.0.0 and 3.1.0 are
 * among them; service-catalog-api.yaml of product-apim v4.2.0.
 */
const SCOPES = {
  'publisher-api': ['apim:api_view', 'apim:api_create', 'apim:api_publish', 'apim:api_delete'],
  'portal-api': ['apim:subscribe', 'apim:app_manage', 'apim:sub_manage'],
  'admin-api': ['apim:admin', 'apim:tier_view', 'apim:tier_manage', 'apim:bl_view', 'apim:bl_manage'],
  'service-catalog': ['service_catalog:service_view', 'service_catalog:service_write'],
} as const satisfies Partial<Record<ServiceName, readonly string[]>>

/** Those of the REST APIs that the lab has: of others a release may know nothing. */
const scopesFor = (walk: Walk): readonly string[] =>
  (Object.keys(SCOPES) as (keyof typeof SCOPES)[]).filter(service => walk.has(service)).flatMap(it => SCOPES[it])

/** Registers the client that the REST APIs are asked with. */
export async function register(walk: Walk): Promise<string> {
  const {admin, redactor} = walk.options
  const call = await askAsAdmin(walk, 'client-registration', {
    callbackUrl: 'www.example.com',
    clientName: CLIENT_NAME,
    owner: admin.username,
    grantType: 'client_credentials password refresh_token',
    saasApp: true,
  })
  expectStatus(call, 200, 201)
  walk.set('client', {id: textIn(call, 'clientId'), secret: redactor.add(textIn(call, 'clientSecret'))})
  return `client ${CLIENT_NAME}`
}

const MOST_REGISTRATIONS = 3

/**
 * A token for the REST APIs. A client that is registered again may have a new secret, and another walk may have done so just now: then
 * this one registers again.
 */
export async function token(walk: Walk): Promise<string> {
  const {admin, redactor} = walk.options
  const form = {grant_type: 'password', ...admin, scope: scopesFor(walk).join(' ')}
  const ask = () => askOAuth(walk, {service: 'rest-token', endpoint: 'token'}, walk.get('client'), form)
  let call = await ask()
  for (let i = 1; call.status === 401 && i < MOST_REGISTRATIONS; i++) {
    await register(walk)
    call = await ask()
  }
  walk.set('token', redactor.add(textIn(expectStatus(call, 200), 'access_token')))
  return 'by password'
}
