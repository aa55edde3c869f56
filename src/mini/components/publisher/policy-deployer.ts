import type {Pool} from 'mysql2/promise'
import type {NodeContext} from '../../component.js'
import {accountAt} from '../../config/accounts.js'
import {reasonOf, StartFailure} from '../../failure.js'
import {exclusive} from '../../databases/sql.js'
import {POLICY_ADMIN, type PolicyOperation} from '../../hub/deployment.js'
import {listCustomPolicies, findCustomPolicy, markCustomDeployed} from '../../policies/custom-policy-store.js'
import {findPolicy, listPolicies, markDeployed} from '../../policies/policy-store.js'
import {POLICY_KINDS, toCustomPolicyData, toPolicyData} from '../../policies/policy.js'
import {activeTenantById} from '../../users/users.js'
import {makeRunner} from './runner.js'

/** Brings policies to the traffic manager's 9443. */
export interface PolicyDeployer {
  /** Resolves when it was tried; goes on in the background while the traffic manager is away. */
  sync(correlationId?: string): Promise<void>
  undeploy(policy: Omit<PolicyOperation & {operation: 'undeploy'}, 'operation'>, correlationId?: string): Promise<void>
  close(): void
}

/** The lock under which the policies of all tenants change, so that "deployed" is never said of what has changed meanwhile. */
export const POLICIES_LOCK = 'throttling policies'

const same = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b)

/** Where traffic managers fetch policies themselves: what they can fetch counts as deployed. */
export const noDeployer = (apim: Pool): PolicyDeployer => ({
  sync: async () => {
    for (const kind of POLICY_KINDS)
      for (const policy of (await listPolicies(apim, kind)).filter(it => !it.deployed)) await markDeployed(apim, policy)
    for (const {id} of (await listCustomPolicies(apim)).filter(it => !it.deployed)) await markCustomDeployed(apim, id)
  },
  undeploy: () => Promise.resolve(),
  close: () => undefined,
})

/** Makes the deployer. Throws StartFailure without a traffic manager. */
export function makePolicyDeployer(context: NodeContext, apim: Pool, shared: Pool): PolicyDeployer {
  const {links, peers, config, log} = context
  const kept = links.find(it => it.link.key === 'apim.throttling.service_url')
  if (!kept) throw new StartFailure('the publisher needs a traffic manager for policies')
  const {link} = kept
  const account = accountAt(config.settings, 'apim.throttling')
  const path = `${new URL(link.address).pathname}${POLICY_ADMIN}`
  const push = async (json: PolicyOperation, correlationId?: string) => {
    const {status} = await peers.ask(link, {method: 'POST', path, account, json, correlationId})
    if (status !== 200) throw new Error(`${json.operation} was answered ${status}`)
  }
  /** Removed ones are in no table any more. A traffic manager that starts reads the database, so this need not outlive the node. */
  const removed: PolicyOperation[] = []

  const work = async (correlationId?: string) => {
    for (let first = removed[0]; first; first = removed[0]) {
      await push(first, correlationId)
      removed.shift()
    }
    for (const kind of POLICY_KINDS) {
      for (const policy of (await listPolicies(apim, kind)).filter(it => !it.deployed)) {
        const tenant = await activeTenantById(shared, policy.tenantId)
        if (!tenant) continue
        await push({operation: 'deploy', policy: toPolicyData(policy, tenant.domain)}, correlationId)
        await exclusive(apim, POLICIES_LOCK, async on => {
          const now = await findPolicy(on, kind, policy.tenantId, {uuid: policy.uuid})
          if (same(now, policy)) await markDeployed(on, policy)
        })
      }
    }
    for (const policy of (await listCustomPolicies(apim)).filter(it => !it.deployed)) {
      const data = toCustomPolicyData(policy)
      if (!data) continue
      await push({operation: 'deploy-custom', policy: data}, correlationId)
      await exclusive(apim, POLICIES_LOCK, async on => {
        if (same(await findCustomPolicy(on, {uuid: policy.uuid}), policy)) await markCustomDeployed(on, policy.id)
      })
    }
  }
  const failed = (error: unknown) =>
    log('WARN', 'ThrottlePolicyDeployer', `${link.address} lacks policies until it answers: ${reasonOf(error)}`)
  const runner = makeRunner(kept, work, failed)
  return {
    sync: correlationId => runner.run(correlationId),
    undeploy: async (policy, correlationId) => {
      removed.push({operation: 'undeploy', ...policy})
      await runner.run(correlationId)
    },
    close: () => runner.close(),
  }
}
