import {createHmac} from 'node:crypto'
import {jwtVerify, SignJWT, type JWTPayload} from 'jose'
import type {KeyStore} from '../config/stores.js'
import {signingKeyOf} from './signing-key.js'

/** What a sealed text is for: one never passes for another. */
export type SealedKind = 'authorization' | 'session' | 'logout' | 'code'

/**
 * Texts that a browser or client carries for the key manager: they can be read, but not made or changed by anyone else. So no node has to
 * keep what others would have to find, and nobody can fill its memory with logins that are begun.
 */
export interface Seal {
  seal(kind: SealedKind, claims: JWTPayload, seconds: number): Promise<string>
  /** What was sealed, with `iat` and `exp`; undefined for one that is not genuine, of another kind, or too old. */
  open(kind: SealedKind, text: string | undefined): Promise<JWTPayload | undefined>
}

const ALGORITHM = 'HS256'

/** The seal of a key store: the same on all nodes of a lab, which have one key. It is no key of tokens: those are signed with the pair itself. */
export function makeSeal(keyStore: KeyStore): Seal {
  const {key} = signingKeyOf(keyStore)
  const secret = createHmac('sha256', key.export({type: 'pkcs8', format: 'der'}))
    .update('sealed by mini')
    .digest()
  return {
    seal: (kind, claims, seconds) => {
      const now = Math.floor(Date.now() / 1000)
      return new SignJWT({...claims, iat: now, exp: now + seconds})
        .setProtectedHeader({alg: ALGORITHM, typ: kind})
        .sign(secret)
    },
    open: (kind, text = '') =>
      jwtVerify(text, secret, {algorithms: [ALGORITHM], typ: kind}).then(
        ({payload}) => payload,
        () => undefined,
      ),
  }
}
