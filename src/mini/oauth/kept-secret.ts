import {createHash} from 'node:crypto'
import {sameSecret} from '../http/credentials.js'

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')

/** The product's form of a hashed secret: HashingPersistenceProcessor of identity-inbound-auth-oauth v6.4.2. */
export const hashSecret = (secret: string): string => JSON.stringify({hash: sha256(secret), algorithm: 'SHA-256'})

const HASHED = /^\{"hash":"[0-9a-f]{64}","algorithm":"SHA-256"\}$/

/** How a secret is kept: as it is, which is the product's default, or as its hash. */
export const keptSecret = (secret: string, hashed: boolean): string => (hashed ? hashSecret(secret) : secret)

/** Whether a secret is the one that is kept. */
export const isSecret = (secret: string, kept: string): boolean =>
  sameSecret(HASHED.test(kept) ? hashSecret(secret) : secret, kept)

/** A kept secret, or undefined where there is its hash alone, or nothing. */
export const secretOf = (kept: string | null): string | undefined =>
  kept === null || kept === '' || HASHED.test(kept) ? undefined : kept
