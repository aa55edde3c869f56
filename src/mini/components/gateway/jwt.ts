import {verify} from 'node:crypto'
import {z} from 'zod'
import type {KeyManagerData} from '../../hub/data.js'
import {EXPIRED, INVALID, UNCHECKED, type CallFault} from './faults.js'
import type {KeySets} from './key-sets.js'
import type {Verified} from './verified.js'

const header = z.object({alg: z.literal('RS256'), kid: z.string().optional()})
const payload = z.object({
  iss: z.string(),
  sub: z.string().optional(),
  jti: z.string().optional(),
  exp: z.number(),
  nbf: z.number().optional(),
  azp: z.string().optional(),
  scope: z.union([z.string(), z.array(z.string())]).optional(),
})
type Payload = z.infer<typeof payload>

/** Milliseconds that clocks may differ. */
const LEEWAY = 1_000

/** A JWT taken apart; nothing in it can be believed yet. */
export interface Jwt {
  readonly kid: string
  readonly payload: Payload
  readonly signed: string
  readonly signature: Buffer
}

const SHAPE = /^[\w-]+\.[\w-]+\.[\w-]+$/

const part = (text: string | undefined): unknown => JSON.parse(Buffer.from(text ?? '', 'base64url').toString('utf8'))

/** Takes a JWT apart; undefined for what is none, or has another algorithm than RS256. */
export const readJwt = (token: string): Jwt | undefined => {
  if (!SHAPE.test(token)) return undefined
  const [head, body, signature = ''] = token.split('.')
  try {
    const {kid = ''} = header.parse(part(head))
    return {
      kid,
      payload: payload.parse(part(body)),
      signed: `${head}.${body}`,
      signature: Buffer.from(signature, 'base64url'),
    }
  } catch {
    return undefined
  }
}

/** Checks the times of a token; undefined: it may be used now. */
export const untimely = ({expires, notBefore}: Pick<Verified, 'expires' | 'notBefore'>): CallFault | undefined => {
  const now = Date.now()
  if (expires + LEEWAY <= now) return EXPIRED
  return notBefore - LEEWAY > now ? INVALID : undefined
}

const toVerified = ({sub = '', jti, exp, nbf = 0, azp, scope = ''}: Payload, signature: string): Verified => ({
  // One without a jti can't be revoked by it; its signature at least tells it apart.
  identifier: jti ?? signature,
  expires: exp * 1000,
  notBefore: nbf * 1000,
  consumerKey: azp,
  user: sub,
  scopes: new Set(Array.isArray(scope) ? scope : scope.split(' ').filter(Boolean)),
  grants: new Map(),
})

/** Checks a JWT against the keys of its issuer, which are fetched if its key is not among them. */
export const verifyJwt = async (jwt: Jwt, manager: KeyManagerData, keys: KeySets): Promise<Verified | CallFault> => {
  const {certificate_value: url} = manager.configuration
  let key = keys.get(url, jwt.kid)
  if (!key) {
    const answered = await keys.refresh(url)
    key = keys.get(url, jwt.kid)
    if (!key) return answered ? INVALID : UNCHECKED
  }
  if (!verify('RSA-SHA256', Buffer.from(jwt.signed), key, jwt.signature)) return INVALID
  return toVerified(jwt.payload, jwt.signature.toString('base64url'))
}
