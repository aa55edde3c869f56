import type {NodeContext} from '../../component.js'
import type {Log} from '../../log.js'
import type {Face} from '../../profiles.js'
import type {Guard} from '../../oauth/guard.js'
import {nodeGuard, oauthNode, type OAuthNode} from '../../oauth/node-guard.js'
import {SUPER_TENANT} from '../../users/users.js'
import {readEnvironments, type Environment} from '../../config/environments.js'
import {makeHubClient} from '../../events/hub.js'
import type {HubClient} from '../../hub/hub-client.js'
import {makePolicyDeployer, noDeployer, type PolicyDeployer} from './policy-deployer.js'
import {keepGateways, type Gateways} from './gateways.js'
import {giveDefaultPolicies} from './give-default-policies.js'
import {tellGateways} from './tell-gateways.js'
import {makeKeyManager, type KeyManager} from '../devportal/key-manager.js'
import {makeScopeClient, type ScopeClient} from './scope-client.js'

/** What every part of the publisher works with. */
export interface Publishing extends OAuthNode {
  readonly face: Face
  readonly guard: Guard
  readonly hub: HubClient
  readonly environments: readonly Environment[]
  readonly gateways: Gateways
  readonly policyDeployer: PolicyDeployer
  readonly scopes: ScopeClient
  /** For the keys of applications, which administrators move. */
  readonly keyManager: KeyManager
  readonly log: Log
  close(): void
}

/** The publisher's surroundings. Throws StartFailure if its configuration lacks something. */
export function makePublishing(context: NodeContext): Publishing {
  const node = oauthNode(context)
  const {apim, shared} = node
  const hub = context.hub ?? makeHubClient(context)
  const {face} = context
  // In 4.x nothing is pushed: gateways and traffic managers are told, and fetch.
  const tells = face === '4'
  const gateways = tells ? tellGateways({apim, shared, hub}) : keepGateways(context, apim, shared)
  const policyDeployer = tells ? noDeployer(apim) : makePolicyDeployer(context, apim, shared)
  return {
    ...node,
    face,
    guard: withPolicies(nodeGuard(node), {apim, hub, face}),
    hub,
    environments: readEnvironments(context.config.settings),
    gateways,
    policyDeployer,
    scopes: makeScopeClient(context),
    keyManager: makeKeyManager(context),
    log: context.log,
    close: () => {
      gateways.close()
      policyDeployer.close()
    },
  }
}

/** Gives the tenant of a caller its default policies, if it was made after this node's start. */
function withPolicies(guard: Guard, given: Parameters<typeof giveDefaultPolicies>[0]): Guard {
  const known = new Set<number>([SUPER_TENANT.id])
  return {
    ...guard,
    principal: async (call, scopes) => {
      const principal = await guard.principal(call, scopes)
      const {id} = principal.tenant
      if (!known.has(id)) await giveDefaultPolicies(given, principal.tenant)
      known.add(id)
      return principal
    },
  }
}
