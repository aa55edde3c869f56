import type {ComponentName} from './release.js'
import type {ServiceName} from './services.js'

/** By step of a walk through a lab's REST APIs: the services that it asks. */
export const STEP_SERVICES = {
  register: ['client-registration'],
  token: ['rest-token'],
  tidy: ['publisher-api', 'portal-api', 'admin-api'],
  create: ['publisher-api'],
  publish: ['publisher-api'],
  portal: ['portal-api'],
  application: ['portal-api'],
  keys: ['portal-api'],
  subscribe: ['portal-api'],
  'app-token': ['token'],
  call: ['gateway-https', 'gateway-http'],
  'no-token': ['gateway-https'],
  scope: ['token', 'gateway-https'],
  opaque: ['portal-api', 'token', 'gateway-https'],
  limit: ['publisher-api', 'admin-api', 'gateway-https'],
  'app-limit': ['admin-api', 'portal-api', 'token', 'gateway-https'],
  block: ['admin-api', 'gateway-https'],
  revoke: ['token', 'gateway-https'],
  'web-socket': ['publisher-api', 'portal-api', 'gateway-ws', 'gateway-wss'],
  'limit-over': ['gateway-https'],
  counted: ['analytics-store'],
  alert: ['analytics-store'],
  keep: ['publisher-api', 'gateway-https'],
  'clean-up': ['publisher-api', 'portal-api', 'admin-api'],
} as const satisfies Readonly<Record<string, readonly ServiceName[]>>

export type StepName = keyof typeof STEP_SERVICES

/** Client, server, and the server's port as the product numbers it. */
export type StepLink = readonly [client: ComponentName, server: ComponentName, port: number]

/** How payloads of a release's REST APIs differ from those of others. */
export interface PayloadForms {
  /** A scope in an API: inside `scope`, with a list of roles, or as it is, with `bindings: {type, values}`. */
  readonly scopes: 'wrapped' | 'plain'
  /** A limit: with a part of its own for each type, or flat. */
  readonly limits: 'parts' | 'flat'
  /** What a subscription needs besides API, application and policy. */
  readonly subscription?: Readonly<Record<string, string>>
}

/** What a walk through a release's REST APIs relies on. */
export interface WalkSpec {
  /** How long a gateway may take to know of what was made, changed or removed. */
  readonly propagationSeconds: number
  readonly forms: PayloadForms
  /** The environment that the first gateway node is; each other has the name of its node. */
  readonly firstEnvironment: string
  /** By step: links between components that it relies on. Those that the release's own table does not use are left out. */
  readonly links: Readonly<Record<StepName, readonly StepLink[]>>
}
