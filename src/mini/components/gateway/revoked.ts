import {cacheOf, ttlUntil} from '../../cache.js'
import type {RevokedData} from '../../hub/data.js'

/** Tokens that are remembered as revoked until they would have ended anyway. */
const LIMIT = 100_000
/** How long one without a known end is remembered. */
const DAY_MS = 86_400_000

/** Revoked tokens, by jti or by the hash of an opaque token. */
export class Revoked {
  /** Until when each is remembered, milliseconds since 1970. */
  private readonly tokens = cacheOf<number>(LIMIT)

  add({revokedToken, expiryTime}: RevokedData): void {
    const given = Number(expiryTime)
    const until = Number.isFinite(given) && given > 0 ? given : Date.now() + DAY_MS
    this.tokens.set(String(revokedToken), until, {ttl: ttlUntil(until)})
  }

  has(identifier: string): boolean {
    return this.tokens.has(identifier)
  }

  all(): readonly RevokedData[] {
    return [...this.tokens].map(([revokedToken, expiryTime]) => ({
      revokedToken,
      tokenType: 'DEFAULT' as const,
      expiryTime,
    }))
  }

  sweep(): void {
    this.tokens.purgeStale()
  }
}
