import {setTimeout as delay} from 'node:timers/promises'
import type Docker from 'dockerode'
import type {NetworkInspectInfo} from 'dockerode'
import {isNotFound, statusOf} from './engine-errors.js'

/** A container that has just gone may hold its network for a moment. */
const TRIES = 10
const PAUSE_MS = 200

/** The engine's own count of who is in a network can be wrong; only its start puts that right (libnetwork's "Fixing inconsistent endpoint_cnt"). */
const KEPT = 'kept: the engine counts a container that is gone; restart the engine'

/** Removes a network, or says why the engine keeps it though nobody is in it. Throws where somebody is. */
export async function removeNetwork(network: Docker.Network): Promise<string | undefined> {
  for (let tries = 1; ; tries++) {
    try {
      await network.remove()
      return undefined
    } catch (error) {
      if (isNotFound(error)) return undefined
      if (statusOf(error) !== 403) throw error
      const {Containers: attached = {}} = (await network.inspect()) as NetworkInspectInfo
      if (Object.keys(attached).length > 0) throw error
      if (tries === TRIES) return KEPT
    }
    await delay(PAUSE_MS)
  }
}
