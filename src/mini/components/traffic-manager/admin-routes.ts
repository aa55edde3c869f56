import type {Pool} from 'mysql2/promise'
import {bodyOf} from '../../http/body.js'
import {badRequest} from '../../http/fault.js'
import {json, route, type Route} from '../../http/router.js'
import {POLICY_ADMIN, POLICY_OPERATION, type PolicyOperation} from '../../hub/deployment.js'
import {REVOCATION_NOTICE, type RevocationEvent} from '../../hub/events.js'
import type {Log} from '../../log.js'
import type {Guard} from '../../oauth/guard.js'
import {SUPER_TENANT} from '../../users/users.js'
import {administratorOf, onlyAbout} from '../../oauth/administrator.js'
import {INTERNAL_DATA} from './data/base.js'
import type {Hub} from './hub.js'
import type {Policies} from './policies.js'
import {storeRevocation} from '../../oauth/stored-revocation.js'

interface AdminParts {
  readonly apim: Pool
  readonly shared: Pool
  readonly guard: Guard
  readonly policies: Policies
  readonly hub: Hub
  readonly log: Log
}

/** Whose policy it is: custom ones count the calls of all tenants. */
function tenantOfOperation(it: PolicyOperation): string {
  if (it.operation === 'deploy') return it.policy.tenantDomain
  return it.operation === 'undeploy' && it.kind !== 'GLOBAL' ? it.tenantDomain : SUPER_TENANT.domain
}

/** Where publishers of 3.2.0 push policies to count by. */
export const policyRoute = ({shared, guard, policies, log}: Omit<AdminParts, 'apim' | 'hub'>): Route =>
  route.post(`/services/${POLICY_ADMIN}`, async call => {
    const user = await administratorOf(shared, guard, call)
    const operation = await bodyOf(call, POLICY_OPERATION)
    onlyAbout(tenantOfOperation(operation), user)
    policies.apply(operation)
    const {name} = operation.operation === 'undeploy' ? operation : operation.policy
    log('INFO', 'EventProcessor', `${operation.operation} ${JSON.stringify(name)} activityid=${call.correlationId}`)
    return json({ok: true})
  })

/** Where key managers tell which tokens were revoked. */
export const notifyRoute = ({apim, shared, guard, hub, log}: Omit<AdminParts, 'policies'>): Route =>
  route.post(`${INTERNAL_DATA.base}/notify`, async call => {
    // Of a token only its id is known here: whose it is can't be checked.
    onlyAbout(SUPER_TENANT.domain, await administratorOf(shared, guard, call))
    // Without the header it is the resident one: NotificationEventService of carbon-apimgt v6.7.206.
    const keyManager = call.header('X-WSO2-KEY-MANAGER') || 'default'
    if (keyManager !== 'default') throw badRequest('X-WSO2-KEY-MANAGER: mini has no key manager but default')
    const notice = await bodyOf(call, REVOCATION_NOTICE)
    await storeRevocation(apim, shared, notice)
    const {revokedToken, tokenType, expiryTime} = notice
    hub.sayEverywhere('tokenRevocation', {revokedToken, tokenType, expiryTime} satisfies RevocationEvent)
    log('INFO', 'EventHub', `token revocation ${notice.eventId} activityid=${call.correlationId}`)
    return json({ok: true})
  })
