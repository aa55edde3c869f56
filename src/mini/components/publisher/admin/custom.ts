import {z} from 'zod'
import {exclusive, type Queryable} from '../../../databases/sql.js'
import {bodyOf} from '../../../http/body.js'
import type {Call} from '../../../http/call.js'
import {alreadyExists, Fault, missing, missingOperation} from '../../../http/fault.js'
import {json, route, type Route} from '../../../http/router.js'
import {storable} from '../../../http/storable.js'
import type {NotificationType} from '../../../hub/events.js'
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

/** Custom policies; they are the super tenant's only, as in the product. */
export function customRoutes(publishing: Publishing): readonly Route[] {
  const {apim, guard, hub, policyDeployer, log} = publishing

  const need = async (on: Queryable, uuid: string): Promise<CustomPolicy> => {
    const found = await findCustomPolicy(on, {uuid})
    if (!found) throw missing('custom rule', uuid)
    return found
  }
  const check = async (call: Call, scopes: readonly string[]) => {
    const {tenant} = await guard.principal(call, scopes)
    if (tenant.id !== SUPER_TENANT.id) throw new Fault(403, 'You are not allowed to access this resource')
  }
  const announce = async (call: Call, type: NotificationType, {id, name}: CustomPolicy) => {
    hub.notify(type, SUPER_TENANT.domain, {policyId: id, policyName: name, policyType: 'GLOBAL'})
    if (type === 'POLICY_DELETE') {
      await policyDeployer.undeploy({kind: 'GLOBAL', name, tenantDomain: SUPER_TENANT.domain}, call.correlationId)
      return
    }
    log('INFO', 'GlobalPolicy', `${name}: mini counts every value of its key template activityid=${call.correlationId}`)
    await policyDeployer.sync(call.correlationId)
  }
  const template = (keyTemplateValue: string, keyTemplateState: 'add' | 'remove') =>
    hub.throttleData({keyTemplateValue, keyTemplateState})
  /** Another policy may have the same template. */
  const dropTemplate = async (keyTemplate: string) => {
    const used = (await listCustomPolicies(apim)).some(it => it.keyTemplate === keyTemplate)
    if (!used) template(keyTemplate, 'remove')
  }

  return [
    route.get(BASE, async call => {
      await check(call, MAY.seePolicies)
      const list = (await listCustomPolicies(apim)).map(toDto)
      return json({count: list.length, list})
    }),
    route.post(BASE, async call => {
      await check(call, MAY.managePolicies)
      const given = await bodyOf(call, body)
      const input = toInput(given, nameOfPolicy(given.policyName))
      const uuid = await exclusive(apim, POLICIES_LOCK, async on => {
        if (await findCustomPolicy(on, {name: input.name})) {
          throw alreadyExists(`Custom rule with name ${input.name} already exists`)
        }
        return insertCustomPolicy(on, SUPER_TENANT.id, input)
      })
      await announce(call, 'POLICY_CREATE', await need(apim, uuid))
      template(input.keyTemplate, 'add')
      return {...json(toDto(await need(apim, uuid)), 201), headers: {location: `${BASE}/${uuid}`}}
    }),
    route.get(`${BASE}/:ruleId`, async call => {
      await check(call, MAY.seePolicies)
      return json(toDto(await need(apim, call.param('ruleId'))))
    }),
    route.put(`${BASE}/:ruleId`, async call => {
      await check(call, MAY.managePolicies)
      const id = call.param('ruleId')
      await need(apim, id)
      const given = await bodyOf(call, body)
      const before = await exclusive(apim, POLICIES_LOCK, async on => {
        const found = await need(on, id)
        await updateCustomPolicy(on, found.id, toInput(given, found.name))
        return found
      })
      await announce(call, 'POLICY_UPDATE', before)
      const now = await need(apim, id)
      if (now.keyTemplate !== before.keyTemplate) {
        await dropTemplate(before.keyTemplate)
        template(now.keyTemplate, 'add')
      }
      return json(toDto(now))
    }),
    route.delete(`${BASE}/:ruleId`, async call => {
      await check(call, MAY.managePolicies)
      const before = await exclusive(apim, POLICIES_LOCK, async on => {
        const found = await need(on, call.param('ruleId'))
        await deleteCustomPolicy(on, found.id)
        return found
      })
      await announce(call, 'POLICY_DELETE', before)
      await dropTemplate(before.keyTemplate)
      return {status: 200}
    }),
  ]
}
