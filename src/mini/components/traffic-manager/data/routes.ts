import type {Call} from '../../../http/call.js'
import {badRequest} from '../../../http/fault.js'
import {json, route, type Answer, type Route} from '../../../http/router.js'
import type {PolicyData} from '../../../hub/data.js'
import type {Guard} from '../../../oauth/guard.js'
import {listBlocks, toBlockData} from '../../../policies/block-conditions.js'
import {listCustomPolicies} from '../../../policies/custom-policy-store.js'
import {SUPER_TENANT, type Tenant} from '../../../users/users.js'
import type {KeyManagers} from '../key-managers.js'
import {readPolicies} from '../policies.js'
import {readRevocations} from '../revocations.js'
import {readApis} from './api-data.js'
import {readApplications, readKeyMappings, readSubscriptions} from './application-data.js'
import {INTERNAL_DATA} from './base.js'
import {readScopes} from './scope-data.js'
import {idParam, whose, type Sources} from './sources.js'

/** Reads one list: of a tenant, or of all. */
export type Read = (call: Call, tenant: Tenant | undefined) => Promise<readonly unknown[]>

/** The product asks for these two without a tenant: the super tenant's administrators get everyone's. */
const isOther = (tenant: Tenant | undefined): boolean => tenant !== undefined && tenant.id !== SUPER_TENANT.id

/** What gateways and portals fetch, and what another face has more: paths and filters of api.yaml, org.wso2.carbon.apimgt.internal.service, carbon-apimgt v6.7.206. */
export function dataRoutes(
  sources: Sources,
  guard: Guard,
  keyManagers: KeyManagers,
  more: Readonly<Record<string, Read>> = {},
): readonly Route[] {
  const {apim, shared} = sources
  const policies =
    (kind: PolicyData['kind']): Read =>
    async (call, tenant) => {
      const name = call.query.get('policyName')
      // As the product: a name says nothing without a tenant.
      if (name !== null && !tenant) throw badRequest('policyName needs a tenant in the header xWSO2Tenant')
      const found = await readPolicies(apim, shared, kind, tenant?.id)
      return name === null ? found : found.filter(it => it.name === name)
    }
  const param = (call: Call, name: string) => call.query.get(name) ?? undefined

  const lists: Readonly<Record<string, Read>> = {
    ...more,
    apis: (call, tenant) =>
      readApis(sources, {
        tenant,
        apiId: param(call, 'apiId'),
        context: param(call, 'context'),
        version: param(call, 'version'),
      }),
    applications: (call, tenant) => readApplications(sources, tenant?.id, idParam(call, 'appId')),
    subscriptions: (call, tenant) =>
      readSubscriptions(sources, tenant?.id, idParam(call, 'apiId'), idParam(call, 'appId')),
    'application-key-mappings': (call, tenant) => readKeyMappings(sources, tenant?.id, param(call, 'consumerKey')),
    'application-policies': policies('APPLICATION'),
    'subscription-policies': policies('SUBSCRIPTION'),
    'api-policies': policies('API'),
    scopes: (_, tenant) => readScopes(sources, tenant?.id),
    keymanagers: (_, tenant) => keyManagers.list(tenant?.domain),
    // Custom policies are the super tenant's: they count the calls of all.
    keyTemplates: async (_, tenant) =>
      isOther(tenant) ? [] : [...new Set((await listCustomPolicies(apim)).map(it => it.keyTemplate))],
    revokedjwt: (_, tenant) => readRevocations(apim, isOther(tenant) ? tenant?.id : undefined),
  }
  const listRoute = ([name, read]: readonly [string, Read]): Route =>
    route.get(`${INTERNAL_DATA.base}/${name}`, async (call): Promise<Answer> => {
      const of = await whose(call, sources, guard)
      return json({list: of === 'nobody' ? [] : await read(call, of.tenant)})
    })
  const block: Route = route.get(`${INTERNAL_DATA.base}/block`, async call => {
    const of = await whose(call, sources, guard)
    return json(toBlockData(of === 'nobody' ? [] : await listBlocks(apim, of.tenant?.domain)))
  })
  return [...Object.entries(lists).map(listRoute), block]
}
