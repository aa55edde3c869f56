import type {Provided} from '../services.js'
import type {Name4x} from './components-4x.js'

/** Major versions of a 4.x release's REST APIs. Facts: names of the client modules below modules/integration of product-apim, by tag. */
export interface Rest4x {
  readonly publisher: number
  readonly devportal: number
  readonly admin: number
  /** Which component's images have the sample backend. */
  readonly samples: 'control-plane' | 'gateway'
}

export const REST_4_0: Rest4x = {publisher: 2, devportal: 2, admin: 2, samples: 'gateway'}
export const REST_4_1: Rest4x = {publisher: 3, devportal: 2, admin: 3, samples: 'gateway'}
/** product-apim v4.2.0 to v4.7.0. */
export const REST_4_2: Rest4x = {publisher: 4, devportal: 3, admin: 4, samples: 'gateway'}
/** bin.xml of product-apim v4.5.0 to v4.7.0: api-control-plane has am#sample#pizzashack#v1.war, gateway has not. */
export const REST_4_5: Rest4x = {...REST_4_2, samples: 'control-plane'}

const MANAGEMENT = 9443

/** A web application that the gateway's profile keeps: product-apim v4.0.0 to v4.4.0, profileSetup.sh, am#sample#pizzashack#v*.war. */
const SAMPLES: Provided = {'sample-backend': {port: MANAGEMENT, path: '/am/sample/pizzashack/v1/api'}}

/** What each component of a 4.x release can be asked for. Tokens: a key manager's where there is one, see the order of the components. */
export const services4x = ({publisher, devportal, admin, samples}: Rest4x): Readonly<Record<Name4x, Provided>> => ({
  'key-manager': {token: {port: MANAGEMENT, path: '/oauth2'}},
  'control-plane': {
    // product-apim v4.0.0 to v4.4.0, client-registration#v0.17 among the control plane's web applications.
    'client-registration': {port: MANAGEMENT, path: '/client-registration/v0.17/register'},
    'rest-token': {port: MANAGEMENT, path: '/oauth2'},
    'publisher-api': {port: MANAGEMENT, path: `/api/am/publisher/v${publisher}`},
    'portal-api': {port: MANAGEMENT, path: `/api/am/devportal/v${devportal}`},
    'admin-api': {port: MANAGEMENT, path: `/api/am/admin/v${admin}`},
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
