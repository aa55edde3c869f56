import {randomUUID} from 'node:crypto'
import {z} from 'zod'
import type {Pool} from 'mysql2/promise'
import {reasonOf} from '../../failure.js'
import {change, exclusive, row, type Queryable} from '../../databases/sql.js'
import {Fault} from '../../http/fault.js'
import {RESIDENT_KEY_MANAGER, RESIDENT_TYPE, type KeyManagerData} from '../../hub/data.js'
import {isResident, keyManagersOf, type StoredKeyManager} from '../../oauth/key-manager-store.js'
import type {Link} from '../../config/links.js'
import type {Peers} from '../../links/peers.js'
import {SUPER_TENANT} from '../../users/users.js'

/** Tokens that are UUIDs are the key manager's opaque ones: UUID_REGEX of carbon-apimgt v6.7.206. */
const OPAQUE = '[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[1-5][0-9a-fA-F]{3}-[89abAB][0-9a-fA-F]{3}-[0-9a-fA-F]{12}'
const CONFIGURATION = {token_format_string: JSON.stringify([{enable: true, type: 'REFERENCE', value: OPAQUE}])}

/** A regular expression that nothing fits. */
const NO_TOKEN = '$.'

const DISCOVERY = '/oauth2/token/.well-known/openid-configuration'
const DOCUMENT = z.object({issuer: z.string().min(1)})
/** How long the key manager is not asked again. */
const FRESH_MS = 30_000

/** Makes the tenant's row of the resident key manager: KeyMgtRegistrationService of carbon-apimgt v6.7.206. Safe with two nodes at once. */
async function register(apim: Pool, tenantDomain: string): Promise<void> {
  const sql = 'SELECT 1 FROM AM_KEY_MANAGER WHERE NAME = ? AND TENANT_DOMAIN = ?'
  const isKnown = async (on: Queryable) => (await row(on, sql, [RESIDENT_KEY_MANAGER, tenantDomain])) !== undefined
  if (await isKnown(apim)) return
  await exclusive(apim, 'key manager', async on => {
    if (await isKnown(on)) return
    const insert =
      'INSERT INTO AM_KEY_MANAGER (UUID, NAME, DESCRIPTION, TYPE, CONFIGURATION, ENABLED, TENANT_DOMAIN) VALUES (?, ?, ?, ?, ?, 1, ?)'
    const configuration = Buffer.from(JSON.stringify(CONFIGURATION))
    await change(on, insert, [
      randomUUID(),
      RESIDENT_KEY_MANAGER,
      `This is ${RESIDENT_KEY_MANAGER}`,
      RESIDENT_TYPE,
      configuration,
      tenantDomain,
    ])
  })
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '')

/** What a gateway has to know of someone else's key manager. No token is its opaque one: it is never asked. */
function othersConfiguration({configuration: of}: StoredKeyManager): KeyManagerData['configuration'] {
  const [consumerKey, scopes] = [text(of.consumer_key_claim), text(of.scopes_claim)]
  return {
    issuer: text(of.issuer),
    token_endpoint: text(of.token_endpoint),
    revoke_endpoint: text(of.revoke_endpoint),
    introspection_endpoint: text(of.introspection_endpoint),
    client_registration_endpoint: text(of.client_registration_endpoint),
    userinfo_endpoint: text(of.userinfo_endpoint),
    certificate_type: of.certificate_type === 'PEM' ? 'PEM' : 'JWKS',
    certificate_value: text(of.certificate_value),
    self_validate_jwt: true,
    token_format_string: NO_TOKEN,
    ...(consumerKey && {consumer_key_claim: consumerKey}),
    ...(scopes && {scopes_claim: scopes}),
  }
}

/** One whose tokens nobody could tell, or check, was written by other hands. */
const isUsable = (it: StoredKeyManager): boolean =>
  isResident(it) || [it.configuration.issuer, it.configuration.certificate_value].every(of => text(of) !== '')

export interface KeyManagers {
  /** The key managers of one tenant, or of all that have any. Throws a Fault 503 if the key manager never answered and does not now. */
  list(tenantDomain?: string): Promise<readonly KeyManagerData[]>
}

export function keyManagers(apim: Pool, link: Link, peers: Peers): KeyManagers {
  const base = link.address.split('/services')[0] ?? link.address
  const {pathname} = new URL(base)
  const contextOf = (tenantDomain: string) => (tenantDomain === SUPER_TENANT.domain ? '' : `/t/${tenantDomain}`)
  /** By tenant: what the key manager said last. */
  const issuers = new Map<string, {readonly issuer: string; readonly at: number}>()

  const discover = async (tenantDomain: string): Promise<string> => {
    const path = `${pathname.replace(/\/$/, '')}${encodeURI(contextOf(tenantDomain))}${DISCOVERY}`
    const answer = await peers.ask(link, {path})
    if (answer.status !== 200) throw new Error(`GET ${path} answered ${answer.status}`)
    return DOCUMENT.parse(answer.json()).issuer
  }
  const issuerOf = async (tenantDomain: string): Promise<string> => {
    const known = issuers.get(tenantDomain)
    if (known && Date.now() - known.at < FRESH_MS) return known.issuer
    try {
      const issuer = await discover(tenantDomain)
      issuers.set(tenantDomain, {issuer, at: Date.now()})
      return issuer
    } catch (error) {
      if (known) return known.issuer
      throw new Fault(503, `The key manager at ${link.address} does not answer: ${reasonOf(error).slice(0, 200)}`, {
        headers: {'retry-after': '5'},
      })
    }
  }

  /** What the product computes on the traffic manager: APIUtil.getAndSetDefaultKeyManagerConfiguration of carbon-apimgt v6.7.206. */
  const configuration = async (tenantDomain: string): Promise<KeyManagerData['configuration']> => ({
    issuer: await issuerOf(tenantDomain),
    token_endpoint: `${base}/oauth2/token`,
    revoke_endpoint: `${base}/oauth2/revoke`,
    introspection_endpoint: `${base}/oauth2/introspect`,
    client_registration_endpoint: `${base}/keymanager-operations/dcr/register`,
    userinfo_endpoint: `${base}/keymanager-operations/user-info`,
    certificate_type: 'JWKS',
    certificate_value: `${base}${contextOf(tenantDomain)}/oauth2/jwks`,
    self_validate_jwt: true,
    token_format_string: OPAQUE,
  })

  return {
    list: async tenantDomain => {
      await register(apim, tenantDomain ?? SUPER_TENANT.domain)
      return Promise.all(
        (await keyManagersOf(apim, tenantDomain)).filter(isUsable).map(async it => {
          const {name, type, enabled, tenantDomain: domain} = it
          const own = isResident(it) ? await configuration(domain) : othersConfiguration(it)
          return {name, type, enabled, tenantDomain: domain, configuration: own}
        }),
      )
    },
  }
}
