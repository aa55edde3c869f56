import {createPublicKey, type KeyObject} from 'node:crypto'
import {BlockList, isIPv6} from 'node:net'
import {compactVerify} from 'jose'
import {API_KEY_CLAIMS, type ApiKeyClaims} from '../../hub/api-key.js'
import {cacheOf} from '../../cache.js'
import {commaList} from '../../comma-list.js'
import type {KeyStore} from '../../config/stores.js'
import {signingKeyOf} from '../../oauth/signing-key.js'
import type {GatewayCall} from './call.js'
import type {Entry} from './catalog.js'
import {ACCESS_FORBIDDEN, FORBIDDEN, INVALID, isFault, type CallFault} from './faults.js'
import {tenantOfUser} from './grants.js'
import type {HubData} from './hub-data.js'
import type {Eventual, Grant} from './verified.js'

/** Where a call has its key, in a header or in the query: APIConstants.API_KEY_HEADER_QUERY_PARAM of carbon-apimgt v6.7.206. */
export const API_KEY = 'apikey'

/** Keys that are remembered, and how long a refusal is. */
const LIMIT = 5_000
const REFUSAL_MS = 2_000

interface Key {
  readonly claims: ApiKeyClaims
  readonly permits: (call: GatewayCall) => boolean
  readonly grants: Map<Entry, Grant>
}

/** `10.0.0.1`, `10.0.0.0/8`, and the same of IPv6. One that is none holds no address. */
function addressesOf(list: readonly string[]): (ip: string) => boolean {
  const blocks = new BlockList()
  for (const it of list) {
    const [address = '', prefix] = it.split('/')
    const family = isIPv6(address) ? 'ipv6' : 'ipv4'
    try {
      if (prefix === undefined) blocks.addAddress(address, family)
      else blocks.addSubnet(address, Number(prefix), family)
    } catch {
      continue
    }
  }
  return ip => blocks.check(ip, isIPv6(ip) ? 'ipv6' : 'ipv4')
}

/** `https://a.example/*`: a star is anything but a space. */
const refererOf = (pattern: string) =>
  new RegExp(
    `^${pattern
      .split('*')
      .map(it => it.replace(/[.+?^$()|[\]\\{}]/g, '\\$&'))
      .join('[^ ]*')}$`,
  )

/** ApiKeyAuthenticator.validateAPIKeyRestrictions of carbon-apimgt v6.7.206: an address that fits is enough. */
function permitsOf({permittedIP, permittedReferer}: ApiKeyClaims): Key['permits'] {
  const [ips, referers] = [commaList(permittedIP ?? ''), commaList(permittedReferer ?? '').map(refererOf)]
  if (ips.length === 0 && referers.length === 0) return () => true
  const has = addressesOf(ips)
  return ({ip, request}) => {
    if (ips.length > 0) return has(ip)
    const {referer} = request.headers
    return referer !== undefined && referers.some(it => it.test(referer))
  }
}

/** The key of a call, or undefined. */
export function apiKeyOf({request, query}: GatewayCall): string | undefined {
  const header = request.headers[API_KEY]
  if (typeof header === 'string' && header !== '') return header
  return query.includes(`${API_KEY}=`) ? (new URLSearchParams(query).get(API_KEY) ?? undefined) : undefined
}

/** A query without the key, which is no business of the backend's. */
export const withoutApiKey = (query: string): string =>
  query.includes(`${API_KEY}=`)
    ? query
        .split('&')
        .filter(it => !it.startsWith(`${API_KEY}=`))
        .join('&')
    : query

/** Knows API keys: JWTs that a developer portal of the lab has signed. */
export class ApiKeys {
  private readonly known = cacheOf<Key | CallFault>(LIMIT)
  /** Made at the first key that comes. */
  private publicKey: KeyObject | undefined

  constructor(
    private readonly keyStore: KeyStore,
    private readonly data: HubData,
    private readonly isRevoked: (identifier: string) => boolean,
  ) {}

  /** Who calls with a key, or why it is refused. */
  check(key: string, call: GatewayCall, entry: Entry): Eventual<Grant | CallFault> {
    const known = this.known.get(key)
    if (known) return this.judge(known, call, entry)
    return this.verify(key).then(verdict => {
      this.known.set(key, verdict, isFault(verdict) ? {ttl: REFUSAL_MS} : {})
      return this.judge(verdict, call, entry)
    })
  }

  private async verify(key: string): Promise<Key | CallFault> {
    try {
      this.publicKey ??= createPublicKey(signingKeyOf(this.keyStore).key)
      const {payload} = await compactVerify(key, this.publicKey, {algorithms: ['RS256']})
      const claims = API_KEY_CLAIMS.parse(JSON.parse(Buffer.from(payload).toString('utf8')))
      return {claims, permits: permitsOf(claims), grants: new Map()}
    } catch {
      return INVALID
    }
  }

  private judge(key: Key | CallFault, call: GatewayCall, entry: Entry): Grant | CallFault {
    if (isFault(key)) return key
    const {exp, jti} = key.claims
    if ((exp !== undefined && exp * 1000 <= call.began) || this.isRevoked(jti)) return INVALID
    if (!key.permits(call)) return ACCESS_FORBIDDEN
    const made = key.grants.get(entry)
    if (made?.generation === this.data.generation) return made
    const grant = this.grantOf(key.claims, entry)
    // An entry that is no longer deployed would stay in it for ever.
    if (made || key.grants.size > 100) key.grants.clear()
    if (!isFault(grant)) key.grants.set(entry, grant)
    return grant
  }

  /** As the product has it, by what the key itself says: what was subscribed to later needs a new one. */
  private grantOf({application: app, subscribedAPIs, keytype, sub}: ApiKeyClaims, entry: Entry): Grant | CallFault {
    const {api, key} = entry
    const subscription = subscribedAPIs.find(it => it.context === api.context && it.version === api.version)
    if (!subscription) return FORBIDDEN
    const {generation} = this.data
    const policy = this.data.subscriptionPolicy(api.tenantDomain, subscription.subscriptionTier)
    return {
      generation,
      user: sub,
      application: this.data.application(app.id),
      keyType: keytype,
      consumerKey: '',
      applicationKey: `${app.id}:${sub}`,
      applicationTier: app.tier,
      subscriptionKey: `${app.id}:${key}`,
      subscriptionTier: subscription.subscriptionTier,
      burst: policy?.rateLimit,
      stopOnQuotaReach: policy?.stopOnQuotaReach !== false,
      applicationTenant: tenantOfUser(app.owner),
      maxDepth: policy?.graphQLMaxDepth,
    }
  }
}
