import {UNLIMITED_TIER, type ApiData} from '../../hub/data.js'
import type {ApiArtifact} from '../../hub/deployment.js'
import {basicHeader, type Account} from '../../http/credentials.js'
import {makeCors, type CorsHeaders} from './cors.js'
import type {Cors} from './options.js'
import {endpointsOf, type Endpoints} from './endpoint-group.js'
import {hardLimit} from './hard-limit.js'
import {compileResources, type Resource, type Resources} from './resources.js'

/** A deployed API, with everything that a call needs of it made ready. */
export interface Entry {
  readonly api: ApiArtifact
  readonly resources: Resources
  readonly production: Endpoints | undefined
  readonly sandbox: Endpoints | undefined
  /** What the production endpoint takes, and what it wants; and the sandbox's. */
  readonly guards: Readonly<Record<'production' | 'sandbox', EndpointGuard>>
  /** Whether callers may come with an API key, and with a token. */
  readonly takes: {readonly apiKey: boolean; readonly token: boolean}
  /** Lower case. */
  readonly authorizationHeader: string
  readonly cors:
    ((resource: Resource, origin: string | undefined, asked: string | undefined) => CorsHeaders) | undefined
  readonly blocked: boolean
  /** Prototypes are for everyone. */
  readonly open: boolean
  /** `<context>:<version>`. */
  readonly key: string
  /** The policy of the whole API, unless it has no limit. */
  readonly tier: string
}

/** What stands between a call that may pass and its endpoint. */
export interface EndpointGuard {
  /** Whether one more call may pass now. */
  readonly admits: ((now: number) => boolean) | undefined
  /** The value of the Authorization header, or the account that it is worked out from for each call. */
  readonly login: {readonly basic: string} | {readonly digest: Account} | undefined
}

const loginOf = (security: NonNullable<ApiArtifact['security']>['production']): EndpointGuard['login'] => {
  if (!security) return undefined
  const {type, username, password} = security
  return type === 'BASIC' ? {basic: basicHeader({username, password})} : {digest: {username, password}}
}

function guardOf({maxTps, security}: ApiArtifact, kind: 'production' | 'sandbox'): EndpointGuard {
  const limit = maxTps?.[kind]
  return {admits: limit === undefined ? undefined : hardLimit(limit), login: loginOf(security?.[kind])}
}

const takenBy = ({securityScheme}: ApiArtifact): Entry['takes'] => {
  const apiKey = securityScheme?.includes('api_key') === true
  return {apiKey, token: !apiKey || securityScheme.includes('oauth2')}
}

export interface Match {
  readonly entry: Entry
  /** What follows the context, undecoded: empty, or beginning with a slash. */
  readonly rest: string
}

interface CatalogOptions {
  readonly authorizationHeader: string
  readonly cors: Cors | undefined
  readonly exposeHeaders: string
  /** A revision that was fetched says all but its API's state. */
  readonly labels?: readonly string[] | undefined
}

/** Policies, states and resources are the newest that came, with the artifact or from the traffic manager. */
function merge(artifact: ApiArtifact, data: ApiData | undefined, {labels}: CatalogOptions): ApiArtifact {
  if (!data) return artifact
  const {policy, status, isDefaultVersion, urlMappings, apiId} = data
  if (labels) return {...artifact, status, isDefaultVersion, apiId}
  return {...artifact, policy, status, isDefaultVersion, urlMappings, apiId}
}

/** What is known of an API's endpoints: whose turn it is, and which are left alone. */
interface KeptEndpoints extends Pick<Entry, 'production' | 'sandbox'> {
  /** What the artifact says of them. */
  readonly said: string
}

/** Those that there were, as long as the artifact says the same of them. */
function keptEndpoints({endpoints, groups}: ApiArtifact, before: KeptEndpoints | undefined): KeptEndpoints {
  const said = JSON.stringify([endpoints, groups])
  if (before?.said === said) return before
  return {
    said,
    production: endpointsOf(endpoints.production, groups?.production),
    sandbox: endpointsOf(endpoints.sandbox, groups?.sandbox),
  }
}

function entryOf(api: ApiArtifact, {production, sandbox}: KeptEndpoints, options: CatalogOptions): Entry {
  const {context, version, policy, status} = api
  const cors = api.cors ?? options.cors
  return {
    api,
    resources: compileResources(context, version, api.urlMappings),
    production,
    sandbox,
    guards: {production: guardOf(api, 'production'), sandbox: guardOf(api, 'sandbox')},
    authorizationHeader: api.authorizationHeader?.toLowerCase() ?? options.authorizationHeader,
    cors: options.cors && cors && makeCors(cors, options.exposeHeaders),
    takes: takenBy(api),
    blocked: status === 'BLOCKED',
    open: status === 'PROTOTYPED',
    key: `${context}:${version}`,
    tier: policy === null || policy === UNLIMITED_TIER ? '' : policy,
  }
}

/** A context without the last of its parts that is the version; empty where none is. */
function withoutVersion(context: string, version: string): string {
  const parts = context.split('/')
  const at = parts.lastIndexOf(version)
  return at < 0 ? '' : parts.toSpliced(at, 1).join('/')
}

/** Finds APIs by paths: the longest context wins. */
export class Catalog {
  private byContext = new Map<string, Entry>()
  /** By the id of the API. */
  private kept = new Map<string, KeptEndpoints>()
  /** Parts that the longest context has. */
  private depth = 0

  constructor(private readonly options: CatalogOptions) {}

  /** Makes it anew from what is deployed and what the traffic manager tells of it. */
  rebuild(artifacts: Iterable<ApiArtifact>, data: ReadonlyMap<string, ApiData>): void {
    const found = new Map<string, Entry>()
    const defaults = new Map<string, Entry>()
    const kept = new Map<string, KeptEndpoints>()
    for (const artifact of artifacts) {
      const endpoints = keptEndpoints(artifact, this.kept.get(artifact.uuid))
      kept.set(artifact.uuid, endpoints)
      const entry = entryOf(merge(artifact, data.get(artifact.uuid), this.options), endpoints, this.options)
      const {context, version, isDefaultVersion} = entry.api
      found.set(context, entry)
      if (isDefaultVersion) defaults.set(withoutVersion(context, version), entry)
    }
    for (const [context, entry] of defaults) if (context !== '' && !found.has(context)) found.set(context, entry)
    this.depth = Math.max(0, ...[...found.keys()].map(it => it.split('/').length - 1))
    this.byContext = found
    this.kept = kept
  }

  find(path: string): Match | undefined {
    let end = 0
    for (let i = 0; i < this.depth && end >= 0; i++) end = path.indexOf('/', end + 1)
    for (let to = end < 0 ? path.length : end; to > 0; to = path.lastIndexOf('/', to - 1)) {
      const entry = this.byContext.get(path.slice(0, to))
      if (entry) return {entry, rest: path.slice(to)}
    }
    return undefined
  }

  get size(): number {
    return this.byContext.size
  }
}
