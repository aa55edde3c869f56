import type {ApplicationData, KeyManagerData} from '../../hub/data.js'
import type {SharedFields} from '../../events/publisher.js'
import type {Entry} from './catalog.js'
import type {ThrottleKeys} from './throttle.js'

/** Who may call an API, by which application and subscription. */
export interface Grant {
  readonly generation: number
  readonly user: string
  /** Undefined for callers without a token. */
  readonly application: ApplicationData | undefined
  readonly keyType: 'PRODUCTION' | 'SANDBOX'
  readonly consumerKey: string
  readonly applicationKey: string
  readonly applicationTier: string
  readonly subscriptionKey: string
  readonly subscriptionTier: string
  readonly burst: ThrottleKeys['burst']
  readonly stopOnQuotaReach: boolean
  readonly applicationTenant: string
  /** How deep queries of GraphQL APIs may be. */
  readonly maxDepth?: number | undefined
  /** What the events of all its calls have in common. */
  shared?: {readonly throttle: SharedFields; readonly request: SharedFields}
  /** The JWT for the backend, and until when it is good. */
  jwt?: {readonly text: string; readonly until: number}
}

/** A token that was found to be genuine. */
export interface Verified {
  /** By which it is revoked: the jti of a JWT, the hash of an opaque token. */
  readonly identifier: string
  /** Milliseconds since 1970. */
  readonly expires: number
  readonly notBefore: number
  readonly consumerKey: string | undefined
  /** The key manager that issued it. */
  readonly keyManager: Pick<KeyManagerData, 'name' | 'type' | 'tenantDomain'>
  /** `admin@carbon.super`. */
  readonly user: string
  readonly scopes: ReadonlySet<string>
  /** What it allows at an API, as long as the data that it was worked out of holds. */
  readonly grants: Map<Entry, Grant>
}

/** The answer to the question for a token: it may take asking others. */
export type Eventual<T> = T | Promise<T>
