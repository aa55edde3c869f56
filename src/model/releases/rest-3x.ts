import type {Provided} from '../services.js'
import type {PayloadForms} from '../walk.js'

/** Where a 3.x release has its REST APIs, and how their payloads differ. */
export interface Rest3x {
  readonly registration: string
  readonly publisher: string
  readonly devportal: string
  readonly admin: string
  readonly forms: PayloadForms
}

/** publisher-api.yaml, store-api.yaml and admin-api.yaml of these versions. */
const FORMS = {
  deployment: 'named',
  webSocket: {endpointType: 'http', policy: 'Unlimited'},
  blocks: {all: '/throttling/blacklist', one: '/throttling/blacklist'},
} as const

/**
 * Facts: names of the web applications and basePath of their definitions (publisher-api.yaml, store-api.yaml, admin-api.yaml,
 * registration) in carbon-apimgt v6.5.349, v6.6.163 and v6.7.206. 3.0.0: profileSetup.sh would remove the publisher's admin API, but its
 * image does not run it; SubscriptionsApiServiceImpl.java reads the type.
 */
export const REST_3_0: Rest3x = {
  registration: '/client-registration/v0.15/register',
  publisher: '/api/am/publisher/v1.0',
  devportal: '/api/am/store/v1.0',
  admin: '/api/am/admin/v0.15',
  forms: {...FORMS, scopes: 'plain', limits: 'flat', subscription: {type: 'API'}},
}

export const REST_3_1: Rest3x = {
  registration: '/client-registration/v0.16/register',
  publisher: '/api/am/publisher/v1',
  devportal: '/api/am/store/v1',
  admin: '/api/am/admin/v0.16',
  forms: {...FORMS, scopes: 'plain', limits: 'flat'},
}

export const REST_3_2: Rest3x = {
  registration: '/client-registration/v0.17/register',
  publisher: '/api/am/publisher/v1',
  devportal: '/api/am/store/v1',
  admin: '/api/am/admin/v1',
  // ApplicationsApiServiceImpl.java of the store API v1: a key has no name.
  forms: {...FORMS, scopes: 'wrapped', limits: 'parts', apiKeys: 'unnamed'},
}

const MANAGEMENT = 9443

/** What each component of a 3.x release can be asked for. Tokens: every profile has the token endpoint, which asks the key manager. */
export const services3x = (rest: Rest3x): Readonly<Record<string, Provided>> => ({
  publisher: {
    'client-registration': {port: MANAGEMENT, path: rest.registration},
    'rest-token': {port: MANAGEMENT, path: '/oauth2'},
    'publisher-api': {port: MANAGEMENT, path: rest.publisher},
    'admin-api': {port: MANAGEMENT, path: rest.admin},
  },
  devportal: {'portal-api': {port: MANAGEMENT, path: rest.devportal}},
  'key-manager': {token: {port: MANAGEMENT, path: '/oauth2'}},
  gateway: {
    'gateway-https': {port: 8243},
    'gateway-http': {port: 8280},
    'gateway-ws': {port: 9099},
    'gateway-wss': {port: 8099},
    // A web application that the gateway's profile keeps: product-apim v3.0.0 to v3.2.0, am#sample#pizzashack#v1.war.
    'sample-backend': {port: MANAGEMENT, path: '/am/sample/pizzashack/v1/api'},
  },
  'analytics-worker': {'analytics-store': {port: 7444, path: '/stores/query'}},
})
