import type {Environment} from '../../../config/environments.js'

const STANDARD = {http: 80, https: 443, ws: 80, wss: 443} as const

/** The host that an endpoint's URL has, or undefined for none. */
const hostOf = (url: string) => (URL.canParse(url) ? new URL(url).hostname : undefined)

/** What callers of APIs know an environment by: the host of its endpoints (carbon-apimgt 9.28.116 model/VHost.java). */
export const vhostOf = ({endpoints}: Environment): string =>
  [endpoints.https, endpoints.http, endpoints.wss, endpoints.ws].map(hostOf).find(host => host !== undefined) ?? ''

/** EnvironmentDTO of publisher-api.yaml v4. */
export function environmentV4(environment: Environment) {
  const {name, type, serviceUrl, endpoints} = environment
  const port = (kind: keyof typeof STANDARD) =>
    URL.canParse(endpoints[kind]) ? Number(new URL(endpoints[kind]).port || STANDARD[kind]) : STANDARD[kind]
  const vhost = {
    host: vhostOf(environment),
    httpContext: '',
    httpPort: port('http'),
    httpsPort: port('https'),
    wsPort: port('ws'),
    wssPort: port('wss'),
  }
  return {
    id: name,
    name,
    displayName: name,
    type,
    serverUrl: serviceUrl,
    provider: 'wso2',
    showInApiConsole: true,
    vhosts: [vhost],
    endpointURIs: [],
    additionalProperties: [],
  }
}
