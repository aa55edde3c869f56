import {compactVerify, decodeJwt, errors} from 'jose'
import {z} from 'zod'
import type {KeyManagerData} from '../../hub/data.js'
import {EXPIRED, INVALID, UNCHECKED, type CallFault} from './faults.js'
import type {KeySets} from './key-sets.js'
import type {Verified} from './verified.js'

const claims = z.looseObject({
  iss: z.string(),
  sub: z.string().optional(),
  jti: z.string().optional(),
  exp: z.number(),
  nbf: z.number().optional(),
})
type Claims = z.infer<typeof claims>

/** How much clocks may differ. */
const LEEWAY_MS = 1_000

/** What a JWT says, of which nothing can be believed yet; undefined for what is none. */
export function claimsOf(token: string): Claims | undefined {
  try {
    return claims.parse(decodeJwt(token))
  } catch {
    return undefined
  }
}

/** Checks the times of a token; undefined: it may be used now. */
export function untimely({expires, notBefore}: Pick<Verified, 'expires' | 'notBefore'>): CallFault | undefined {
  const now = Date.now()
  if (expires + LEEWAY_MS <= now) return EXPIRED
  return notBefore - LEEWAY_MS > now ? INVALID : undefined
}

/** One without a jti can't be revoked by it; its signature, whose text is not the only one that decodes to it, tells it apart. */
const signatureOf = (token: string) => Buffer.from(token.split('.')[2] ?? '', 'base64url').toString('base64url')

const texts = z.union([z.string(), z.array(z.string())]).catch('')

const toVerified = (token: string, said: Claims, keyManager: KeyManagerData): Verified => {
  const {configuration: of} = keyManager
  const {sub = '', jti, exp, nbf = 0} = said
  const consumerKey = said[of.consumer_key_claim ?? 'azp']
  const scope = texts.parse(said[of.scopes_claim ?? 'scope'])
  return {
    identifier: jti ?? signatureOf(token),
    expires: exp * 1000,
    notBefore: nbf * 1000,
    consumerKey: typeof consumerKey === 'string' ? consumerKey : undefined,
    keyManager,
    user: sub,
    scopes: new Set(Array.isArray(scope) ? scope : scope.split(' ').filter(Boolean)),
    grants: new Map(),
  }
}

/** Whether the signature is one of the keys'; undefined where the JWT's key is not among them. */
const isGenuine = (token: string, url: string, keys: KeySets): Promise<boolean | undefined> =>
  compactVerify(token, keys.of(url), {algorithms: ['RS256']}).then(
    () => true,
    error => (error instanceof errors.JWKSNoMatchingKey ? undefined : false),
  )

/** Checks a JWT against the keys of its issuer, which are fetched if its key is not among them. */
export async function verifyJwt(
  token: string,
  said: Claims,
  manager: KeyManagerData,
  keys: KeySets,
): Promise<Verified | CallFault> {
  const {certificate_value: url} = manager.configuration
  let genuine = await isGenuine(token, url, keys)
  if (genuine === undefined) {
    if (!(await keys.refresh(url))) return UNCHECKED
    genuine = await isGenuine(token, url, keys)
  }
  return genuine ? toVerified(token, said, manager) : INVALID
}
