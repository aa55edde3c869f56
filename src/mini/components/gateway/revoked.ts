import type {RevokedData} from '../../hub/data.js'
import {Expiring} from './expiring.js'

/** Tokens that are remembered as revoked until they would have ended anyway. */
const LIMIT = 100_000
/** Milliseconds that one without a known end is remembered. */
const DAY = 86_400_000

/** Revoked tokens, by jti or by the hash of an opaque token. */
export class Revoked {
  private readonly tokens = new Expiring(LIMIT)

  add({revokedToken, expiryTime}: RevokedData): void {
    const until = Number(expiryTime)
    this.tokens.set(String(revokedToken), Number.isFinite(until) && until > 0 ? until : Date.now() + DAY)
  }

  has(identifier: string): boolean {
    return this.tokens.get(identifier) !== undefined
  }

  all(): readonly RevokedData[] {
    return [...this.tokens.entries()].map(([revokedToken, expiryTime]) => ({
      revokedToken,
      tokenType: 'DEFAULT' as const,
      expiryTime,
    }))
  }

  sweep(): void {
    this.tokens.sweep()
  }
}
