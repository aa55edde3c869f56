import type {Provided} from '../services.js'
import type {PayloadForms} from '../walk.js'
import type {Name4x} from './components-4x.js'

/** Major versions of a 4.x release's REST APIs. Facts: names of the client modules below modules/integration of product-apim, by tag. */
export interface Rest4x {
  readonly publisher: number
  readonly devportal: number
  readonly admin: number
  /** Of the service catalog: product-apim v4.0.0 and v4.1.0 to v4.7.0, bin.xml, api#am#service-catalog#v*.war. */
  readonly serviceCatalog: number
  /** Which component's images have the sample backend. */
  readonly samples: 'control-plane' | 'gateway'
  readonly forms: PayloadForms
}

/**
 * publisher-api.yaml, devportal-api.yaml and admin-api.yaml of carbon-apimgt 9.0.174, 9.20.74, 9.28.116, 9.29.120, 9.30.67, 9.31.86 and
 * 9.32.147. Policy and endpoint of a WebSocket API: product-apim v4.0.0 and v4.7.0, WebSocketAPITestCase.java and APIRequest.java.
 */
const FORMS: PayloadForms = {
  scopes: 'wrapped',
  limits: 'parts',
  deployment: 'revisions',
  webSocket: {endpointType: 'ws', policy: 'AsyncUnlimited'},
  blocks: {all: '/throttling/deny-policies', one: '/throttling/deny-policy'},
  apiKeys: 'unnamed',
}

export const REST_4_0: Rest4x = {
  publisher: 2,
  devportal: 2,
  admin: 2,
  serviceCatalog: 0,
  samples: 'gateway',
  forms: FORMS,
}
export const REST_4_1: Rest4x = {...REST_4_0, publisher: 3, admin: 3, serviceCatalog: 1}
/** product-apim v4.2.0 to v4.7.0. */
export const REST_4_2: Rest4x = {...REST_4_1, publisher: 4, devportal: 3, admin: 4}
/** bin.xml of product-apim v4.5.0 to v4.7.0: api-control-plane has am#sample#pizzashack#v1.war, gateway has not. */
export const REST_4_5: Rest4x = {...REST_4_2, samples: 'control-plane'}
/** devportal-api.yaml of carbon-apimgt 9.33.89: an API key has a name. */
export const REST_4_7: Rest4x = {...REST_4_5, forms: {...FORMS, apiKeys: 'named'}}

const MANAGEMENT = 9443

/** A web application that the gateway's profile keeps: product-apim v4.0.0 to v4.4.0, profileSetup.sh, am#sample#pizzashack#v*.war. */
const SAMPLES: Provided = {'sample-backend': {port: MANAGEMENT, path: '/am/sample/pizzashack/v1/api'}}

/** What each component of a 4.x release can be asked for. Tokens: a key manager's where there is one, see the order of the components. */
export const services4x = ({
  publisher,
  devportal,
  admin,
  serviceCatalog,
  samples,
}: Rest4x): Readonly<Record<Name4x, Provided>> => ({
  'key-manager': {token: {port: MANAGEMENT, path: '/oauth2'}},
  'control-plane': {
    // product-apim v4.0.0 to v4.4.0, client-registration#v0.17 among the control plane's web applications.
    'client-registration': {port: MANAGEMENT, path: '/client-registration/v0.17/register'},
    'rest-token': {port: MANAGEMENT, path: '/oauth2'},
    'publisher-api': {port: MANAGEMENT, path: `/api/am/publisher/v${publisher}`},
    'portal-api': {port: MANAGEMENT, path: `/api/am/devportal/v${devportal}`},
    'admin-api': {port: MANAGEMENT, path: `/api/am/admin/v${admin}`},
    'service-catalog': {port: MANAGEMENT, path: `/api/am/service-catalog/v${serviceCatalog}`},
    token: {port: MANAGEMENT, path: '/oauth2'},
    ...(samples === 'control-plane' && SAMPLES),
  },
  'traffic-manager': {},
  gateway: {
    'gateway-https': {port: 8243},
    'gateway-http': {port: 8280},
    'gateway-ws': {port: 9099},
    'gateway-wss': {port: 8099},
    'gateway-websub': {port: 9021},
    'gateway-websub-tls': {port: 8021},
    ...(samples === 'gateway' && SAMPLES),
  },
})
