import type {JWTPayload} from 'jose'
import type {Client} from './clients.js'
import {OAuthFault} from './oauth-fault.js'

export type ChallengeMethod = 'S256' | 'plain'

/** What a client asks for at /oauth2/authorize, checked. */
export interface AuthorizationRequest {
  readonly clientKey: string
  readonly redirectUri: string
  readonly scope: string
  readonly state?: string | undefined
  readonly nonce?: string | undefined
  /** PKCE's. */
  readonly challenge?: string | undefined
  readonly challengeMethod?: ChallengeMethod | undefined
  /** Logins before this time (milliseconds since 1970) don't do. */
  readonly notBefore: number
}

/** Where a client may have users sent back to: one, several, or the product's `regexp=(one|another)`, each taken as it is written. */
export function callbacksOf({callbackUrl}: Pick<Client, 'callbackUrl'>): readonly string[] {
  const list = /^regexp=\(?(.*?)\)?$/s.exec(callbackUrl)?.[1]?.split('|') ?? callbackUrl.split(/[\s,]+/)
  return list.map(it => it.trim()).filter(isTarget)
}

/** Addresses that a browser may be sent to: of the web or of an app, never a script, without a fragment. */
function isTarget(text: string): boolean {
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(text)?.[1]?.toLowerCase()
  if (scheme === undefined || ['javascript', 'data', 'vbscript', 'file', 'blob', 'about'].includes(scheme)) return false
  return /^[\x21-\x7e]+$/.test(text) && !text.includes('#') && URL.canParse(text)
}

/** A registered address for what was asked for, or undefined: compared letter by letter. */
export const registeredCallback = (client: Pick<Client, 'callbackUrl'>, asked: string | null): string | undefined =>
  callbacksOf(client).find(it => it === asked)

/** An address with parameters added; those that it has stay. */
export function withParameters(address: string, parameters: Readonly<Record<string, string | undefined>>): string {
  const given = Object.entries(parameters).filter((it): it is [string, string] => it[1] !== undefined)
  const query = new URLSearchParams(given).toString()
  if (query === '') return address
  return `${address}${address.includes('?') ? '&' : '?'}${query}`
}

/** Longer ones would not fit a browser's or the server's line. */
const LONGEST = 2_000
const CHALLENGES: Readonly<Record<ChallengeMethod, RegExp>> = {S256: /^[\w-]{43}$/, plain: /^[\w.~-]{43,128}$/}

const invalid = (description: string, error = 'invalid_request') => new OAuthFault(400, error, description)

/** How young a login has to be, as milliseconds since 1970. */
function notBeforeOf(given: URLSearchParams, now: number): number {
  if ((given.get('prompt') ?? '').split(' ').includes('login')) return now
  const maxAge = given.get('max_age')
  if (maxAge === null) return 0
  if (!/^\d{1,9}$/.test(maxAge)) throw invalid('max_age is no number of seconds')
  return now - Number(maxAge) * 1000
}

/** How a challenge was made: by `plain` only for applications that are registered so, as in the product. */
function methodOf(given: string, {takesPlainPkce}: Pick<Client, 'takesPlainPkce'>): ChallengeMethod {
  if (given === 'S256' || (given === 'plain' && takesPlainPkce)) return given
  throw invalid(`code_challenge_method has to be S256${takesPlainPkce ? ' or plain' : ''}`)
}

/** Reads what a client asks for, once its address is known to be its own. Throws an OAuthFault, to be told to that address. */
export function readRequest(
  given: URLSearchParams,
  client: Client,
  redirectUri: string,
  now = Date.now(),
): AuthorizationRequest {
  const one = (name: string) => given.get(name) ?? undefined
  const names = [...given.keys()]
  if (new Set(names).size < names.length) throw invalid('Invalid request with repeated parameters.')
  if (given.toString().length > LONGEST) throw invalid(`The request is longer than ${LONGEST} characters`)
  if (one('request') !== undefined) throw invalid('Request objects are not supported', 'request_not_supported')
  if (one('request_uri') !== undefined) throw invalid('Request objects are not supported', 'request_uri_not_supported')
  if (one('response_type') !== 'code') throw invalid('response_type has to be code', 'unsupported_response_type')
  if ((one('response_mode') ?? 'query') !== 'query') throw invalid('response_mode has to be query')
  if (!client.grantTypes.includes('authorization_code')) {
    throw invalid(
      'The authenticated client is not authorized to use this authorization grant type',
      'unauthorized_client',
    )
  }
  const challenge = one('code_challenge')
  const challengeMethod =
    challenge === undefined ? undefined : methodOf(one('code_challenge_method') ?? 'plain', client)
  if (challengeMethod && !CHALLENGES[challengeMethod].test(challenge ?? '')) throw invalid('code_challenge is none')
  if (challenge === undefined && client.needsPkce) throw invalid('PKCE is mandatory for this application')
  return {
    clientKey: client.key,
    redirectUri,
    scope: one('scope') ?? '',
    state: one('state'),
    nonce: one('nonce'),
    challenge,
    challengeMethod,
    notBefore: notBeforeOf(given, now),
  }
}

/** A request as it is sealed, and read back. */
export const toClaims = (request: AuthorizationRequest): JWTPayload => ({...request})
export const fromClaims = (claims: JWTPayload): AuthorizationRequest => claims as unknown as AuthorizationRequest
