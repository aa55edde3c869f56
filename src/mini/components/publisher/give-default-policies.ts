import type {Pool} from 'mysql2/promise'
import type {HubClient} from '../../hub/hub-client.js'
import {addDefaultPolicies} from '../../policies/default-policies.js'
import type {Face} from '../../profiles.js'
import type {Tenant} from '../../users/users.js'

/** Gives a tenant its default policies, and tells of them: a traffic manager that has read the database before would not count by them. */
export async function giveDefaultPolicies(
  {apim, hub, face}: {readonly apim: Pool; readonly hub: HubClient; readonly face: Face},
  {id, domain}: Tenant,
): Promise<void> {
  for (const {kind: policyType, name: policyName} of await addDefaultPolicies(apim, id, face)) {
    hub.notify('POLICY_CREATE', domain, {policyType, policyName})
  }
}
