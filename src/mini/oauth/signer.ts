import {createHash, createPublicKey} from 'node:crypto'
import {compactVerify, SignJWT, type JWTPayload} from 'jose'
import {dotted} from '../config/keys.js'
import {serverOffset} from '../config/server-offset.js'
import type {Settings} from '../config/settings.js'
import type {KeyStore} from '../config/stores.js'
import {signingKeyOf} from './signing-key.js'
import {opaqueIdentifier, type Identifier} from './stored-token.js'

/** Signs tokens and knows its own again. */
export interface Signer {
  /** `https://<host name>:<port>/oauth2/token`: `iss` of its tokens. */
  readonly issuer: string
  sign(claims: JWTPayload): Promise<string>
  /** What a token is stored under: itself, or by the `jti` of a JWT. Throws Error unless the JWT is genuine, and not expired if asked for. */
  identifierOf(token: string, expiry?: 'checked' | 'ignored'): Promise<Identifier>
  /** What a JWT of this lab says, expired or not. Throws Error unless it is genuine. */
  claimsOf(token: string): Promise<JWTPayload>
  jwks(): unknown
}

const ALGORITHM = 'RS256'
const HTTPS = 443
const MANAGEMENT = 9443
/** Where any node of a lab issues: they share one database and one key, so each takes the others' tokens. */
const ISSUER = /^https:\/\/[^/]+\/oauth2\/token$/

/** `https://<host name>[:<port>]` as browsers and peers see the node: IdentityUtil.getServerURL of carbon-identity-framework leaves 443 out. */
export function serverUrl(settings: Settings): string {
  const host = settings.text(dotted('server.hostname'), {why: 'URLs are made of it', example: 'a host name'})
  const port = Number(
    settings.value(dotted('transport.https.properties.proxyPort')) ?? MANAGEMENT + serverOffset(settings),
  )
  return `https://${host}${port === HTTPS ? '' : `:${port}`}`
}

/** The signer of a node, with the key of its key store. */
export function makeSigner(keyStore: KeyStore, settings: Settings): Signer {
  const issuer = `${serverUrl(settings)}/oauth2/token`
  const {key, publicKey, header} = load(keyStore)
  const claimsOf = async (token: string): Promise<JWTPayload> => {
    const {payload} = await compactVerify(token, publicKey, {algorithms: [ALGORITHM]})
    const claims = JSON.parse(Buffer.from(payload).toString()) as JWTPayload
    if (!ISSUER.test(claims.iss ?? '')) throw new Error('not a token of this lab')
    return claims
  }
  return {
    issuer,
    sign: claims => new SignJWT(claims).setProtectedHeader(header).sign(key),
    claimsOf,
    identifierOf: async (token, expiry = 'checked') => {
      if (!token.includes('.')) return opaqueIdentifier(token)
      const {jti, exp = 0} = await claimsOf(token)
      if (typeof jti !== 'string') throw new Error('not an access token')
      if (expiry === 'checked' && exp * 1000 <= Date.now()) throw new Error('expired')
      return {text: jti, isJwt: true}
    },
    jwks: () => {
      const {alg, kid, x5t} = header
      return {keys: [{...publicKey.export({format: 'jwk'}), use: 'sig', alg, kid, x5t}]}
    },
  }
}

function load(keyStore: KeyStore) {
  const {key, certificate} = signingKeyOf(keyStore)
  // The product's thumbprint: SHA-256 in hexadecimal, and that in base64url (OAuth2Util.getThumbPrint of identity-inbound-auth-oauth).
  const x5t = Buffer.from(createHash('sha256').update(certificate.raw).digest('hex')).toString('base64url')
  return {
    key,
    publicKey: createPublicKey(key),
    header: {alg: ALGORITHM, typ: 'JWT', x5t, kid: `${x5t}_${ALGORITHM}`},
  }
}
