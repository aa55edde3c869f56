import {createHash} from 'node:crypto'
import type {Client} from './clients.js'
import type {Signer} from './signer.js'

/** What a client wants to know of the login behind a token. */
export interface LoginFacts {
  /** The client's own, given back to it. */
  readonly nonce?: string | undefined
  /** Seconds since 1970. */
  readonly authTime?: number | undefined
}

const leftHalf = (text: string) => createHash('sha256').update(text).digest().subarray(0, 16).toString('base64url')

/**
 * The ID token of a login, with the claims of DefaultIDTokenBuilder, identity-inbound-auth-oauth v6.4.2, but `azp`: gateways take that for
 * the application that calls, and an ID token is no access token.
 */
export function makeIdToken(
  signer: Signer,
  {client, sub, accessToken, login}: {client: Client; sub: string; accessToken: string; login: LoginFacts},
): Promise<string> {
  const now = Math.floor(Date.now() / 1000)
  const {nonce, authTime} = login
  return signer.sign({
    iss: signer.issuer,
    sub,
    aud: [client.key],
    iat: now,
    nbf: now,
    exp: now + client.validFor.idToken,
    at_hash: leftHalf(accessToken),
    ...(nonce !== undefined && {nonce}),
    ...(authTime !== undefined && {auth_time: authTime}),
  })
}
