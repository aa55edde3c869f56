import type {Pool} from 'mysql2/promise'
import {exclusive} from '../databases/sql.js'
import type {Face} from '../profiles.js'
import {UNLIMITED, type PolicyInput, type PolicyKind} from './policy.js'
import {findPolicy, insertPolicy} from './policy-store.js'

/** Level, name, requests a minute: APIUtil.addDefaultSuperTenantAdvancedThrottlePolicies of carbon-apimgt v6.7.206. */
const DEFAULTS: readonly (readonly [PolicyKind, string, number])[] = [
  // The first tells that the others are there, as in the product.
  ['APPLICATION', 'Unlimited', UNLIMITED],
  ['APPLICATION', '50PerMin', 50],
  ['APPLICATION', '20PerMin', 20],
  ['APPLICATION', '10PerMin', 10],
  ['SUBSCRIPTION', 'Gold', 5000],
  ['SUBSCRIPTION', 'Silver', 2000],
  ['SUBSCRIPTION', 'Bronze', 1000],
  ['SUBSCRIPTION', 'Unauthenticated', 500],
  ['SUBSCRIPTION', 'Unlimited', UNLIMITED],
  ['API', '50KPerMin', 50_000],
  ['API', '20KPerMin', 20_000],
  ['API', '10KPerMin', 10_000],
  ['API', 'Unlimited', UNLIMITED],
]

/** Of WebSocket APIs of 4.x: APIUtil.addDefaultSuperTenantAsyncThrottlePolicies of carbon-apimgt 9.28.116. Its others count events, which mini does not. */
const ASYNC: typeof DEFAULTS = [['SUBSCRIPTION', 'AsyncUnlimited', UNLIMITED]]

const DEFAULTS_OF: Readonly<Record<Face, typeof DEFAULTS>> = {'3.2': DEFAULTS, '4': [...DEFAULTS, ...ASYNC]}

const toInput = (name: string, amount: number): PolicyInput => ({
  name,
  displayName: name,
  description: amount === UNLIMITED ? 'Allows unlimited requests' : `Allows ${amount} requests per minute`,
  limit: {type: 'requestCount', amount, unit: null, unitTime: 1, timeUnit: 'min'},
  conditionGroups: [],
  rateLimitCount: 0,
  rateLimitTimeUnit: null,
  stopOnQuotaReach: true,
  billingPlan: 'FREE',
  graphQLMaxDepth: 0,
})

/**
 * Gives a tenant the policies that a fresh product has, once: one that was removed does not come back. Nodes may do it at the same time;
 * gives what was added here.
 */
export const addDefaultPolicies = (
  apim: Pool,
  tenantId: number,
  face: Face = '3.2',
): Promise<readonly {readonly kind: PolicyKind; readonly name: string}[]> =>
  exclusive(apim, `policies ${tenantId}`, async on => {
    if (await findPolicy(on, 'APPLICATION', tenantId, {name: 'Unlimited'})) return []
    const given = DEFAULTS_OF[face]
    for (const [kind, name, amount] of given) await insertPolicy(on, kind, tenantId, toInput(name, amount), true)
    return given.map(([kind, name]) => ({kind, name}))
  })
