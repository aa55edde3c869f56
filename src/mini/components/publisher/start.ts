import {reasonOf} from '../../failure.js'
import {isAway} from '../../http/fault.js'
import {backoff, pause} from '../../links/backoff.js'
import {addDefaultPolicies} from '../../policies/default-policies.js'
import {activeTenants} from '../../users/known-tenants.js'
import type {Publishing} from './publishing.js'
import {settleApis} from './settle.js'

/** What a publisher does once after its start, as soon as both databases answer. */
export interface Start {
  done(): boolean
  close(): void
}

/** Makes the default policies of every tenant and mends what a node that died has left; then `changed` is called. */
export const beginOnce = (publishing: Publishing, changed: () => void): Start => {
  const {apim, shared, log} = publishing
  const stop = new AbortController()
  let done = false
  const run = async () => {
    for (let failures = 0; !stop.signal.aborted;) {
      try {
        for (const {id} of await activeTenants(shared)) await addDefaultPolicies(apim, id)
        const mended = await settleApis(apim, shared)
        if (mended > 0) log('WARN', 'APIProvider', `${mended} APIs were half changed and have been mended`)
        done = true
        changed()
        void publishing.policyDeployer.sync()
        return
      } catch (error) {
        failures++
        // Databases that can't be reached are the first half's to tell.
        if (failures === 1 && !isAway(error)) log('WARN', 'APIProvider', `not started yet: ${reasonOf(error)}`)
        await pause(backoff(failures), stop.signal)
      }
    }
  }
  void run()
  return {done: () => done, close: () => stop.abort()}
}
