import {createHash, sign, type X509Certificate} from 'node:crypto'
import type {KeyStore} from '../../config/stores.js'
import {signingKeyOf} from '../../oauth/signing-key.js'
import type {Entry} from './catalog.js'
import type {GatewayOptions} from './options.js'
import type {Grant} from './verified.js'

type Jwt = NonNullable<GatewayOptions['backendJwt']>

/** Makes the JWT that tells a backend who calls: APIMgtGatewayJWTGeneratorImpl of carbon-apimgt v6.7.206. */
export type MakeJwt = (entry: Entry, grant: Grant) => string

const base64url = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')

/** How long before its end a JWT is not used again. */
const MARGIN_MS = 5_000

function headerOf(certificate: X509Certificate): string {
  const thumbprint = createHash('sha1').update(certificate.raw).digest('hex')
  const x5t = Buffer.from(thumbprint).toString('base64url')
  return base64url({typ: 'JWT', alg: 'RS256', x5t, kid: `${x5t}_RS256`})
}

function claimsOf({api}: Entry, grant: Grant, {dialect, life}: Jwt, now: number) {
  const {application, applicationTier, subscriptionTier, keyType, user} = grant
  const claims = {
    subscriber: application?.subName,
    applicationid: application && String(application.id),
    applicationname: application?.name,
    applicationtier: applicationTier,
    apiname: api.name,
    apicontext: api.context,
    version: api.version,
    tier: subscriptionTier,
    keytype: keyType,
    usertype: 'Application_User',
    enduser: user,
    applicationUUId: application?.uuid,
  }
  const known = Object.entries(claims).filter(([, value]) => value !== undefined)
  return {
    iss: 'wso2.org/products/am',
    exp: Math.floor(now / 1000) + life,
    ...Object.fromEntries(known.map(([name, value]) => [`${dialect}/${name}`, value])),
  }
}

/** Signs with the node's own key. */
export function makeBackendJwt(options: Jwt, keyStore: KeyStore): MakeJwt {
  const {key, certificate} = signingKeyOf(keyStore)
  const header = headerOf(certificate)
  return (entry, grant) => {
    const now = Date.now()
    if (grant.jwt && grant.jwt.until > now) return grant.jwt.text
    const signed = `${header}.${base64url(claimsOf(entry, grant, options, now))}`
    const text = `${signed}.${sign('RSA-SHA256', Buffer.from(signed), key).toString('base64url')}`
    grant.jwt = {text, until: now + Math.max(options.life * 1000 - MARGIN_MS, 0)}
    return text
  }
}

/** What a caller's JWT says, as conditions of throttling policies ask for it; nothing without one. */
export const claimsForBackend =
  (makeJwt: MakeJwt | undefined) =>
  (entry: Entry, grant: Grant): Readonly<Record<string, unknown>> => {
    if (!makeJwt || !grant.application) return {}
    const [, payload = ''] = makeJwt(entry, grant).split('.')
    return JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')) as Record<string, unknown>
  }
