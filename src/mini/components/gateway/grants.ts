import {RESIDENT_TYPE, UNLIMITED_TIER, type KeyManagerData, type SubscriptionData} from '../../hub/data.js'
import {splitName} from '../../users/users.js'
import type {Entry} from './catalog.js'
import {FORBIDDEN, INVALID, SUBSCRIPTION_BLOCKED, SUBSCRIPTION_INACTIVE, type CallFault} from './faults.js'
import type {HubData} from './hub-data.js'
import type {Grant, Verified} from './verified.js'

/** Tenant of a name such as `a@example.com`. */
export const tenantOfUser = (user: string): string => splitName(user).domain

/** The product appends the API's tenant to a name that does not have it. */
const withTenant = (user: string, tenant: string) => (user.includes(tenant) ? user : `${user}@${tenant}`)

function refusalOf({subscriptionState: state}: SubscriptionData, keyType: string): CallFault | undefined {
  if (state === 'BLOCKED' || (state === 'PROD_ONLY_BLOCKED' && keyType !== 'SANDBOX')) return SUBSCRIPTION_BLOCKED
  return state === 'ON_HOLD' || state === 'REJECTED' ? SUBSCRIPTION_INACTIVE : undefined
}

/** Whether a key manager is the product's own. */
export const isOwn = ({type}: Pick<KeyManagerData, 'type'>): boolean => type === RESIDENT_TYPE

/** Whether an API takes the tokens of a key manager: those that it names, or all, and of other tenants' only the product's own. */
const takes = ({keyManagers, tenantDomain}: Entry['api'], by: Verified['keyManager']): boolean =>
  (isOwn(by) || by.tenantDomain === tenantDomain) && keyManagers?.includes(by.name) !== false

function makeGrant(token: Verified, entry: Entry, data: HubData): Grant | CallFault {
  const {api, key} = entry
  if (!takes(api, token.keyManager)) return INVALID
  const known = token.consumerKey === undefined ? undefined : data.key(token.consumerKey)
  // Two key managers may have a client of one id.
  const mapping = known?.keyManager === token.keyManager.name ? known : undefined
  const application = mapping && data.application(mapping.applicationId)
  const subscription = application && data.subscription(application.id, api.apiId)
  if (!mapping || !application || !subscription) return FORBIDDEN
  const refusal = refusalOf(subscription, mapping.keyType)
  if (refusal) return refusal
  const policy = data.subscriptionPolicy(api.tenantDomain, subscription.policyId)
  const user = withTenant(token.user, api.tenantDomain)
  return {
    generation: data.generation,
    user,
    application,
    keyType: mapping.keyType,
    consumerKey: mapping.consumerKey,
    applicationKey: `${application.id}:${user}`,
    applicationTier: application.policy,
    subscriptionKey: `${application.id}:${key}`,
    subscriptionTier: subscription.policyId,
    burst: policy?.rateLimit,
    stopOnQuotaReach: policy?.stopOnQuotaReach !== false,
    applicationTenant: tenantOfUser(application.subName),
    maxDepth: policy?.graphQLMaxDepth,
  }
}

/** What a token allows at an API; worked out once, until the data changes. */
export function grantOf(token: Verified, entry: Entry, data: HubData): Grant | CallFault {
  const known = token.grants.get(entry)
  if (known?.generation === data.generation) return known
  // An entry that is no longer deployed would stay in it for ever.
  if (known || token.grants.size > 100) token.grants.clear()
  const made = makeGrant(token, entry, data)
  if ('generation' in made) token.grants.set(entry, made)
  return made
}

/** The grant of who calls without a token: the product counts such callers by their address. */
export const openGrant = ({key, api}: Entry, ip: string): Grant => ({
  generation: 0,
  user: withTenant('anonymous', api.tenantDomain),
  application: undefined,
  keyType: 'PRODUCTION',
  consumerKey: '',
  applicationKey: `${ip}:anonymous`,
  applicationTier: UNLIMITED_TIER,
  subscriptionKey: `${ip}:${key}`,
  subscriptionTier: 'Unauthenticated',
  burst: undefined,
  stopOnQuotaReach: true,
  applicationTenant: api.tenantDomain,
})
