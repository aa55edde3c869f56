import type {Profile} from './profiles.js'

/** What answers HTTP on a port: `management` has /health too, `gateway` has the gateway's own body for an unknown API. */
export type HttpHandler = 'management' | 'store-query' | 'gateway' | 'websocket' | 'websub'

export type Port =
  | {
      readonly port: number
      readonly protocol: 'http' | 'https' | 'ws' | 'wss'
      readonly purpose: string
      readonly handler: HttpHandler
    }
  | {readonly port: number; readonly protocol: 'tcp' | 'tls'; readonly purpose: string; readonly service: string}

const management = (https: number, http: number): readonly Port[] => [
  {port: https, protocol: 'https', purpose: 'management', handler: 'management'},
  {port: http, protocol: 'http', purpose: 'management', handler: 'management'},
]

const apiManager = management(9443, 9763)

const gateway: readonly Port[] = [
  ...apiManager,
  {port: 8243, protocol: 'https', purpose: 'APIs', handler: 'gateway'},
  {port: 8280, protocol: 'http', purpose: 'APIs', handler: 'gateway'},
  {port: 9099, protocol: 'ws', purpose: 'WebSocket APIs', handler: 'websocket'},
  {port: 8099, protocol: 'wss', purpose: 'WebSocket APIs', handler: 'websocket'},
]

const broker: readonly Port[] = [
  ...apiManager,
  {port: 5672, protocol: 'tcp', purpose: 'event hub topics', service: 'event-hub'},
  {port: 9611, protocol: 'tcp', purpose: 'throttling events', service: 'throttling-events'},
  {port: 9711, protocol: 'tls', purpose: 'authentication of throttling events', service: 'throttling-events-auth'},
]

/**
 * Every port a profile of 3.2.0 listens on: EXPOSE of WSO2's Dockerfiles (docker-apim, branch 3.2.x) and, for analytics, the ports
 * of conf/{worker,dashboard}/deployment.yaml plus their offsets (1 and 3). JMX and RMI (9999, 11111) are the JVM's and left out.
 */
export const PORTS: Readonly<Record<Profile, readonly Port[]>> = {
  'api-publisher': apiManager,
  'api-devportal': apiManager,
  'api-key-manager': apiManager,
  'gateway-worker': gateway,
  'traffic-manager': broker,
  worker: [
    ...management(9444, 9091),
    {port: 7444, protocol: 'https', purpose: 'store query', handler: 'store-query'},
    {port: 7071, protocol: 'http', purpose: 'store query', handler: 'store-query'},
    {port: 7612, protocol: 'tcp', purpose: 'analytics events', service: 'analytics-events'},
    {port: 7712, protocol: 'tls', purpose: 'authentication of analytics events', service: 'analytics-events-auth'},
    {port: 9612, protocol: 'tcp', purpose: 'analytics events (binary)', service: 'analytics-events-binary'},
    {
      port: 9712,
      protocol: 'tls',
      purpose: 'authentication of analytics events (binary)',
      service: 'analytics-events-binary-auth',
    },
  ],
  dashboard: management(9643, 9092),
  // The same of 4.4.0 (docker-apim, branch 4.4.x; docs-apim 4.2.0, default-product-ports.md); there are no WebSub APIs here.
  'control-plane': broker,
  'api-key-manager-node': apiManager,
  'traffic-manager-4': broker,
  'gateway-worker-4': [
    ...gateway,
    {port: 9021, protocol: 'http', purpose: 'WebSub APIs', handler: 'websub'},
    {port: 8021, protocol: 'https', purpose: 'WebSub APIs', handler: 'websub'},
  ],
}
