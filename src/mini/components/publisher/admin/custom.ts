import {z} from 'zod'
import {exclusive, type Queryable} from '../../../databases/sql.js'
import {checked} from '../../../http/body.js'
import type {Call} from '../../../http/call.js'
import {alreadyExists, Fault, missing, missingOperation} from '../../../http/fault.js'
import {json, route, type Route} from '../../../http/router.js'
import {storable} from '../../../http/storable.js'
import type {NotificationType} from '../../../hub/events.js'
import type {Principal} from '../../../oauth/guard.js'
import {
  deleteCustomPolicy,
  findCustomPolicy,
  insertCustomPolicy,
  listCustomPolicies,
  updateCustomPolicy,
} from '../../../policies/custom-policy-store.js'
import {quotaOfQuery, type CustomPolicy, type CustomPolicyInput} from '../../../policies/policy.js'
import {SUPER_TENANT} from '../../../users/users.js'
import {POLICIES_LOCK} from '../policy-deployer.js'
import {type Publishing} from '../publishing.js'
import {ADMIN, MAY} from '../rest/scopes-of-operations.js'
import {blank, nameOfPolicy} from './policies.js'

/** CustomRuleDTO of admin-api.yaml v1, carbon-apimgt v6.7.206. */
const body = z.object({
  policyName: z.string().nullish(),
  description: storable(1024).nullish(),
  siddhiQuery: z.string().max(60_000).nullish(),
  keyTemplate: storable(512).nullish(),
})

function toInput(given: z.output<typeof body>, name: string): CustomPolicyInput {
  const {siddhiQuery, keyTemplate, description} = given
  if (!siddhiQuery?.trim()) throw blank('siddhiQuery')
  if (!keyTemplate?.trim()) throw blank('keyTemplate')
  if (!quotaOfQuery(siddhiQuery)) {
    throw missingOperation(
      'mini takes custom policies whose query counts: throttler:timeBatch(1 min) and count(userId) >= 10',
    )
  }
  return {name, description: description ?? '', keyTemplate: keyTemplate.trim(), siddhiQuery}
}

const toDto = ({uuid, name, description, deployed, siddhiQuery, keyTemplate}: CustomPolicy) => ({
  policyId: uuid,
  policyName: name,
  displayName: name,
  description,
  isDeployed: deployed,
  siddhiQuery,
  keyTemplate,
})

const BASE = `${ADMIN}/throttling/policies/custom`

type Tenant = Principal['tenant']

/** What can be done to custom policies; they are the super tenant's only, as in the product. Throws Faults, 403 for another tenant. */
export function makeCustomPolicies({apim, hub, policyDeployer, log}: Publishing) {
  const check = ({id}: Tenant) => {
    if (id !== SUPER_TENANT.id) throw new Fault(403, 'You are not allowed to access this resource')
  }
  const need = async (on: Queryable, uuid: string): Promise<CustomPolicy> => {
    const found = await findCustomPolicy(on, {uuid})
    if (!found) throw missing('custom rule', uuid)
    return found
  }
  const announce = async (correlationId: string, type: NotificationType, {id, name}: CustomPolicy) => {
    hub.notify(type, SUPER_TENANT.domain, {policyId: id, policyName: name, policyType: 'GLOBAL'})
    if (type === 'POLICY_DELETE') {
      await policyDeployer.undeploy({kind: 'GLOBAL', name, tenantDomain: SUPER_TENANT.domain}, correlationId)
      return
    }
    log('INFO', 'GlobalPolicy', `${name}: mini counts every value of its key template activityid=${correlationId}`)
    await policyDeployer.sync(correlationId)
  }
  const template = (keyTemplateValue: string, keyTemplateState: 'add' | 'remove') =>
    hub.throttleData({keyTemplateValue, keyTemplateState})
  /** Another policy may have the same template. */
  const dropTemplate = async (keyTemplate: string) => {
    const used = (await listCustomPolicies(apim)).some(it => it.keyTemplate === keyTemplate)
    if (!used) template(keyTemplate, 'remove')
  }
  return {
    list: async (tenant: Tenant): Promise<readonly CustomPolicy[]> => {
      check(tenant)
      return listCustomPolicies(apim)
    },
    one: async (tenant: Tenant, id: string): Promise<CustomPolicy> => {
      check(tenant)
      return need(apim, id)
    },
    add: async (tenant: Tenant, asked: unknown, correlationId: string): Promise<CustomPolicy> => {
      check(tenant)
      const given = checked(body, asked)
      const input = toInput(given, nameOfPolicy(given.policyName))
      const uuid = await exclusive(apim, POLICIES_LOCK, async on => {
        if (await findCustomPolicy(on, {name: input.name})) {
          throw alreadyExists(`Custom rule with name ${input.name} already exists`)
        }
        return insertCustomPolicy(on, SUPER_TENANT.id, input)
      })
      await announce(correlationId, 'POLICY_CREATE', await need(apim, uuid))
      template(input.keyTemplate, 'add')
      return need(apim, uuid)
    },
    change: async (tenant: Tenant, id: string, asked: unknown, correlationId: string): Promise<CustomPolicy> => {
      check(tenant)
      const given = checked(body, asked)
      const before = await exclusive(apim, POLICIES_LOCK, async on => {
        const found = await need(on, id)
        await updateCustomPolicy(on, found.id, toInput(given, found.name))
        return found
      })
      await announce(correlationId, 'POLICY_UPDATE', before)
      const now = await need(apim, id)
      if (now.keyTemplate !== before.keyTemplate) {
        await dropTemplate(before.keyTemplate)
        template(now.keyTemplate, 'add')
      }
      return now
    },
    remove: async (tenant: Tenant, id: string, correlationId: string): Promise<void> => {
      check(tenant)
      const before = await exclusive(apim, POLICIES_LOCK, async on => {
        const found = await need(on, id)
        await deleteCustomPolicy(on, found.id)
        return found
      })
      await announce(correlationId, 'POLICY_DELETE', before)
      await dropTemplate(before.keyTemplate)
    },
  }
}

/** Custom policies by REST. */
export function customRoutes(publishing: Publishing): readonly Route[] {
  const custom = makeCustomPolicies(publishing)
  const tenantOf = async (call: Call, scopes: readonly string[]) =>
    (await publishing.guard.principal(call, scopes)).tenant
  return [
    route.get(BASE, async call => {
      const list = (await custom.list(await tenantOf(call, MAY.seePolicies))).map(toDto)
      return json({count: list.length, list})
    }),
    route.post(BASE, async call => {
      const tenant = await tenantOf(call, MAY.managePolicies)
      const made = await custom.add(tenant, await call.json(), call.correlationId)
      return {...json(toDto(made), 201), headers: {location: `${BASE}/${made.uuid}`}}
    }),
    route.get(`${BASE}/:ruleId`, async call =>
      json(toDto(await custom.one(await tenantOf(call, MAY.seePolicies), call.param('ruleId')))),
    ),
    route.put(`${BASE}/:ruleId`, async call => {
      const tenant = await tenantOf(call, MAY.managePolicies)
      const {uuid} = await custom.one(tenant, call.param('ruleId'))
      return json(toDto(await custom.change(tenant, uuid, await call.json(), call.correlationId)))
    }),
    route.delete(`${BASE}/:ruleId`, async call => {
      const tenant = await tenantOf(call, MAY.managePolicies)
      await custom.remove(tenant, call.param('ruleId'), call.correlationId)
      return {status: 200}
    }),
  ]
}
