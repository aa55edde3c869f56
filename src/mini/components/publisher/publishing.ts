import type {Pool} from 'mysql2/promise'
import type {NodeContext} from '../../component.js'
import {StartFailure} from '../../failure.js'
import {notFound} from '../../http/fault.js'
import type {Log} from '../../log.js'
import type {Guard, Principal} from '../../oauth/guard.js'
import {nodeGuard} from '../../oauth/node-guard.js'
import {addDefaultPolicies} from '../../policies/default-policies.js'
import {fullName, SUPER_TENANT} from '../../users/users.js'
import {readEnvironments, type Environment} from './environments.js'
import {makeHub, type Hub} from './hub.js'
import {makePolicyDeployer, type PolicyDeployer} from './policy-deployer.js'
import {keepGateways, type Gateways} from './gateways.js'
import {makeScopeClient, type ScopeClient} from './scope-client.js'

/** What every part of the publisher works with. */
export interface Publishing {
  readonly apim: Pool
  readonly shared: Pool
  readonly guard: Guard
  readonly hub: Hub
  readonly environments: readonly Environment[]
  readonly gateways: Gateways
  readonly policyDeployer: PolicyDeployer
  readonly scopes: ScopeClient
  readonly log: Log
  close(): void
}

/** The publisher's surroundings. Throws StartFailure if its configuration lacks something. */
export const makePublishing = (context: NodeContext): Publishing => {
  const need = (name: string) => {
    const pool = context.database(name)
    if (!pool) throw new StartFailure(`the publisher needs the database ${name}`)
    return pool
  }
  const [apim, shared] = [need('WSO2AM_DB'), need('WSO2SHARED_DB')]
  const gateways = keepGateways(context, apim, shared)
  const policyDeployer = makePolicyDeployer(context, apim, shared)
  return {
    apim,
    shared,
    guard: withPolicies(nodeGuard(context), apim),
    hub: makeHub(context),
    environments: readEnvironments(context.config.settings),
    gateways,
    policyDeployer,
    scopes: makeScopeClient(context),
    log: context.log,
    close: () => {
      gateways.close()
      policyDeployer.close()
    },
  }
}

/** Gives the tenant of a caller its default policies, if it was made after this node's start. */
const withPolicies = (guard: Guard, apim: Pool): Guard => {
  const known = new Set<number>([SUPER_TENANT.id])
  return {
    ...guard,
    principal: async (call, scopes) => {
      const principal = await guard.principal(call, scopes)
      const {id} = principal.tenant
      if (!known.has(id)) await addDefaultPolicies(apim, id)
      known.add(id)
      return principal
    },
  }
}

/** A caller with the tenant, `admin` or `a@example.com`. */
export const nameOf = ({name, tenant}: Principal): string => fullName({name, domain: tenant.domain})

/** RestApiUtil.buildNotFoundException of carbon-apimgt v6.7.206. */
export const missing = (resource: string, id: string) =>
  notFound(`Requested ${resource} with Id '${id.slice(0, 100)}' not found`)
