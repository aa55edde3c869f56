import type {Entry} from './catalog.js'
import type {Grant} from './grants.js'

/** A token that was found to be genuine. */
export interface Verified {
  /** By which it is revoked: the jti of a JWT, the hash of an opaque token. */
  readonly identifier: string
  /** Milliseconds since 1970. */
  readonly expires: number
  readonly notBefore: number
  readonly consumerKey: string | undefined
  /** `admin@carbon.super`. */
  readonly user: string
  readonly scopes: ReadonlySet<string>
  /** What it allows at an API, as long as the data that it was worked out of holds. */
  readonly grants: Map<Entry, Grant>
}

/** The answer to the question for a token: it may take asking others. */
export type Answer<T> = T | Promise<T>
