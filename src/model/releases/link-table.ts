import type {LinkProbe, LinkSpec, LinkUse} from '../release.js'

/** A link of a 3.x release, as its tables write it: one line each. */
export type Row = readonly [
  client: string,
  server: string,
  port: number,
  purpose: string,
  use: LinkUse,
  probe: LinkProbe,
  address: LinkSpec['address'],
  source: string,
]

export const KEY_MANAGER = {key: 'apim.key_manager.service_url', names: 'component', services: 'mostly'} as const
export const THROTTLING_EVENTS = {key: 'apim.throttling.url_group[].traffic_manager_urls[]', names: 'node'} as const
export const THROTTLING_AUTH = {key: 'apim.throttling.url_group[].traffic_manager_auth_urls[]', names: 'node'} as const
export const ANALYTICS_EVENTS = {key: 'apim.analytics.url_group[].analytics_url[]', names: 'node'} as const
export const ANALYTICS_AUTH = {key: 'apim.analytics.url_group[].analytics_auth_url[]', names: 'node'} as const
export const TOPICS = {key: 'apim.throttling.throttle_decision_endpoints[]', names: 'node'} as const
export const POLICIES = {key: 'apim.throttling.service_url', names: 'component', services: 'always'} as const
export const GATEWAYS = {key: 'apim.gateway.environment[].service_url', names: 'node', services: 'always'} as const
export const ALERTS = {key: 'apim.analytics.store_api_url', names: 'component'} as const
export const REVOKE = {key: 'apim.oauth_config.revoke_endpoint', names: 'component'} as const
export const RULES = {key: 'wso2.business.rules.manager.deployment_configs[]', names: 'component'} as const
export const PUBLISHER_URL = {key: 'auth.configs.properties.publisherUrl', names: 'component'} as const
export const DEVPORTAL_URL = {key: 'auth.configs.properties.devPortalUrl', names: 'component'} as const

/** The links that the rows of a table say. */
export const linksOf = (rows: readonly Row[]): readonly LinkSpec[] =>
  rows.map(([client, server, port, purpose, use, probe, address, source]) => ({
    client,
    server,
    port,
    purpose,
    use,
    probe,
    source,
    ...(address && {address}),
  }))
