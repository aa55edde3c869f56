import type {Call} from '../../../http/call.js'
import {badRequest} from '../../../http/fault.js'
import {json, route, type Route} from '../../../http/router.js'
import {listCustomPolicies} from '../../../policies/custom-policy-store.js'
import {listPolicies} from '../../../policies/policy-store.js'
import type {PolicyKind} from '../../../policies/policy.js'
import {SUPER_TENANT} from '../../../users/users.js'
import type {Publishing} from '../publishing.js'
import {ADMIN, MAY} from '../rest/scopes-of-operations.js'

/** What types of policies are called there: impl/exportThrottlePolicy.go of product-apim-tooling v4.2.0. */
const KINDS: Readonly<Record<string, PolicyKind>> = {api: 'API', app: 'APPLICATION', sub: 'SUBSCRIPTION'}
const CUSTOM = 'global'
const ALL = 'all'
const TYPES = [...Object.keys(KINDS), CUSTOM]

/** ThrottlePolicyDetailsDTO of admin-api.yaml v4. */
const toDetails = (
  type: string,
  policy: {id: number; uuid: string; name: string; displayName?: string; description: string; deployed: boolean},
) => ({
  policyId: policy.id,
  uuid: policy.uuid,
  policyName: policy.name,
  displayName: policy.displayName ?? policy.name,
  description: policy.description,
  isDeployed: policy.deployed,
  type,
})

/** `type:sub`, with `name:Gold` beside it or without. Throws a Fault 400. */
function filtersOf({query}: Pick<Call, 'query'>): {
  readonly types: readonly string[]
  readonly name: string | undefined
} {
  const terms = (query.get('query') || `type:${ALL}`).split(' ').map(it => it.split(':'))
  const {type, name, ...others} = Object.fromEntries(terms) as Partial<Record<string, string>>
  if (type === undefined || Object.keys(others).length > 0 || terms.some(it => it.length !== 2))
    throw badRequest('query: is not of the form type:TYPE name:NAME')
  if (type === ALL) return {types: TYPES, name: undefined}
  if (!TYPES.includes(type)) throw badRequest(`query: type is none of ${[...TYPES, ALL].join(', ')}`)
  return {types: [type], name}
}

/** Throttling policies of all types by their names: ThrottlingCommonImpl.java of carbon-apimgt; apictl lists them so. */
export function policySearchRoutes({apim, guard}: Publishing): readonly Route[] {
  return [
    route.get(`${ADMIN}/throttling/policies/search`, async call => {
      const {tenant} = await guard.principal(call, MAY.seePolicies)
      const {types, name} = filtersOf(call)
      const ofType = async (type: string) => {
        const kind = KINDS[type]
        if (kind) return listPolicies(apim, kind, tenant.id)
        // They are the super tenant's only.
        return tenant.id === SUPER_TENANT.id ? listCustomPolicies(apim) : []
      }
      const lists = await Promise.all(types.map(async type => (await ofType(type)).map(it => toDetails(type, it))))
      const list = lists.flat().filter(it => name === undefined || it.policyName === name)
      return json({count: list.length, list})
    }),
  ]
}
