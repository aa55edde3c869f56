import type {ComponentName} from './release.js'
import type {ServiceName} from './services.js'

/** By step of a walk through a lab's REST APIs: the services that it asks. */
export const STEP_SERVICES = {
  register: ['client-registration'],
  token: ['rest-token'],
  tidy: ['publisher-api', 'portal-api', 'admin-api'],
  create: ['publisher-api'],
  deploy: ['publisher-api'],
  publish: ['publisher-api'],
  portal: ['portal-api'],
  document: ['publisher-api', 'portal-api'],
  comment: ['portal-api'],
  rating: ['portal-api'],
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
  'api-key': ['portal-api', 'gateway-https'],
  'new-version': ['publisher-api'],
  service: ['service-catalog', 'publisher-api'],
  undeploy: ['publisher-api', 'gateway-https'],
  'web-socket': ['publisher-api', 'portal-api', 'gateway-ws', 'gateway-wss'],
  'limit-over': ['gateway-https'],
  counted: ['analytics-store'],
  alert: ['analytics-store'],
  keep: ['publisher-api', 'gateway-https'],
  // Of these, those that the release has.
  'clean-up': ['publisher-api', 'portal-api', 'admin-api', 'service-catalog'],
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
  /** An API names its environments, and is there once it is published; or a revision of it is deployed to each by its virtual host. */
  readonly deployment: 'named' | 'revisions'
  /** Of an API over WebSocket: what its endpoint is called, and its policy. */
  readonly webSocket: {readonly endpointType: 'http' | 'ws'; readonly policy: string}
  /** Paths of block conditions, below the administrator's: of all of them, and what stands before the id of one. */
  readonly blocks: {readonly all: string; readonly one: string}
  /** An API that takes API keys says so, and one is asked for: with a name for it, or without. Absent: none is asked for. */
  readonly apiKeys?: 'named' | 'unnamed'
}

/** What a walk through a release's REST APIs relies on. */
export interface WalkSpec {
  /** How long a gateway may take to know of what was made, changed or removed. */
  readonly propagationSeconds: number
  readonly forms: PayloadForms
  /** Where the publisher's configuration has what the steps need: keys of the administrator and of the gateway environments. */
  readonly config: {
    readonly username: string
    readonly password: string
    readonly environments: string
    /** The environment that the product has where its configuration names none. */
    readonly usualEnvironment: string
  }
  /** The steps of it: links between components that each relies on. Those that the release's own table does not use are left out. */
  readonly links: Readonly<Partial<Record<StepName, readonly StepLink[]>>>
}
