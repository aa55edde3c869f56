import {accountAt, hasEventHub, hubAccount, superAdmin} from '../../config/accounts.js'
import {dotted} from '../../config/keys.js'
import type {Settings} from '../../config/settings.js'
import type {Account} from '../../http/credentials.js'
import type {ApiArtifact} from '../../hub/deployment.js'
import type {Counts} from './conditions.js'
import type {Face} from '../../profiles.js'

export type Cors = NonNullable<ApiArtifact['cors']>

/** What the gateway reads of its configuration, with the product's defaults (api-manager.xml.j2 of carbon-apimgt v6.7.206). */
export interface GatewayOptions {
  readonly admin: Account
  readonly trafficManager: Account
  /** Of the event hub; undefined: it is switched off, and nobody tells this gateway of subscriptions and key managers. */
  readonly eventHub: Account | undefined
  /** Of a gateway that fetches what is deployed: the environments that it is of. */
  readonly labels: readonly string[] | undefined
  readonly keyManager: Account
  readonly analytics: Account | undefined
  /** Lower case. */
  readonly authorizationHeader: string
  readonly keepsAuthorization: boolean
  /** Seconds that a token is taken without asking again; 0: never. */
  readonly tokenCache: number
  readonly cors: Cors | undefined
  readonly exposeHeaders: string
  /** Header of the backend's JWT, its dialect, and its life in seconds; undefined: backends get none. */
  readonly backendJwt: {readonly header: string; readonly dialect: string; readonly life: number} | undefined
  /** Which conditions of advanced policies are counted. */
  readonly counts: Counts
  /** Whether backends may have certificates of any name. */
  readonly anyHostName: boolean
  /** Milliseconds of silence after which a backend is given up. */
  readonly backendSilence: number
}

const need = (example: string) => ({why: 'the gateway handles calls by it', example})
const SWITCH = need('true or false')

const ALLOW_HEADERS = 'authorization,Access-Control-Allow-Origin,Content-Type,SOAPAction,apikey,Internal-Key'
const ALLOW_METHODS = 'GET,PUT,POST,DELETE,PATCH,OPTIONS'

/** Reads the gateway's own keys. Throws StartFailure for a value of a wrong kind. */
export function readOptions(settings: Settings, face: Face = '3.2'): GatewayOptions {
  const text = (key: string, fallback: string) => settings.maybeText(dotted(key), need('a text')) ?? fallback
  const flag = (key: string, fallback: boolean) => settings.flag(dotted(key), fallback, SWITCH)
  const number = (key: readonly string[], fallback: number) => {
    const value = Number(settings.value(key) ?? fallback)
    if (!Number.isFinite(value) || value < 0) throw settings.wrong(key, need(String(fallback)), 'no such number')
    return value
  }
  const seconds = (key: string, fallback: number) => number(dotted(key), fallback)
  // Lists may also be written as one string.
  const list = (key: string, fallback: string): readonly string[] => {
    const value = settings.value(dotted(key)) ?? fallback
    return (Array.isArray(value) ? value.map(String) : String(value).split(',')).map(it => it.trim())
  }
  const cached = flag('apim.cache.gateway_token.enable', true)
  const tokenCache = cached ? seconds('apim.cache.gateway_token.expiry_time', 900) : 0
  return {
    admin: superAdmin(settings),
    trafficManager: accountAt(settings, 'apim.throttling'),
    eventHub: hasEventHub(settings) ? hubAccount(settings) : undefined,
    labels: face === '4' ? list('apim.sync_runtime_artifacts.gateway.gateway_labels', 'Default') : undefined,
    keyManager: accountAt(settings, 'apim.key_manager'),
    analytics: flag('apim.analytics.enable', false) ? accountAt(settings, 'apim.analytics') : undefined,
    authorizationHeader: text('apim.oauth_config.auth_header', 'Authorization').toLowerCase(),
    keepsAuthorization: flag('apim.oauth_config.enable_outbound_auth_header', false),
    tokenCache,
    cors: flag('apim.cors.enable', true)
      ? {
          allowOrigins: list('apim.cors.allow_origins', '*'),
          allowCredentials: flag('apim.cors.allow_credentials', false),
          allowHeaders: list('apim.cors.allow_headers', ALLOW_HEADERS),
          allowMethods: list('apim.cors.allow_methods', ALLOW_METHODS),
        }
      : undefined,
    exposeHeaders: list('apim.cors.expose_headers', '').join(','),
    backendJwt: flag('apim.jwt.enable', false)
      ? {
          header: text('apim.jwt.header', 'X-JWT-Assertion'),
          dialect: text('apim.jwt.claim_dialect', 'http://wso2.org/claims'),
          // The generator takes the cache's time where there is a cache.
          life: cached ? Math.max(tokenCache, 1) : seconds('apim.jwt.expiry_time', 900),
        }
      : undefined,
    counts: {
      headers: flag('apim.throttling.enable_header_based_throttling', false),
      parameters: flag('apim.throttling.enable_query_param_based_throttling', false),
      claims: flag('apim.throttling.enable_jwt_claim_based_throttling', false),
    },
    anyHostName:
      text('transport.passthru_https.sender.parameters.HostnameVerifier', 'Default').toLowerCase() === 'allowall',
    backendSilence: number(['passthru_http', 'http.socket.timeout'], 180_000),
  }
}
