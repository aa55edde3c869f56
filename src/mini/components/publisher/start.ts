import {reasonOf} from '../../failure.js'
import {isAway} from '../../http/fault.js'
import {untilDone} from '../../retry.js'
import {activeTenants} from '../../users/users.js'
import {giveDefaultPolicies} from './give-default-policies.js'
import type {Publishing} from './publishing.js'
import {repairApis} from './repair-apis.js'

/**
 * What a publisher does once after its start, as soon as both databases answer: makes the default policies of every tenant and mends
 * what a node that died has left.
 */
export function beginOnce(publishing: Publishing, changed: () => void) {
  const {apim, shared, log} = publishing
  let done = false
  const begin = async () => {
    for (const tenant of await activeTenants(shared)) await giveDefaultPolicies(publishing, tenant)
    const mended = await repairApis(apim, shared)
    if (mended > 0) log('WARN', 'APIProvider', `${mended} APIs were half changed and have been mended`)
    done = true
    changed()
    void publishing.policyDeployer.sync()
    return true
  }
  const close = untilDone(begin, (error, failures) => {
    // Databases that can't be reached are the first half's to tell.
    if (failures === 1 && !isAway(error)) log('WARN', 'APIProvider', `not started yet: ${reasonOf(error)}`)
  })
  return {done: () => done, close}
}
