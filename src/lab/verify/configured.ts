import {placeOf} from '../../model/services.js'
import type {WalkSpec} from '../../model/walk.js'
import {ADMIN} from '../../render/view.js'
import {findValues, readClientFiles, type ClientFile} from '../links/client-files.js'
import type {RunningLab} from '../links/running-lab.js'
import type {Environment} from './walk.js'

/** What a walk takes from the files of the lab's nodes: overlays and production's files name it as they like. */
export interface Configured {
  readonly admin: {readonly username: string; readonly password: string}
  /** Those that an API is deployed to: all that the publisher knows. */
  readonly environments: readonly Environment[]
}

/** The first value at a key; undefined where there is none, or one that only the node itself can resolve. */
function textAt(files: readonly ClientFile[], key: string): string | undefined {
  const value = findValues(files, key).values[0]?.value
  return value === undefined || /\$\w+\{/.test(value) ? undefined : value
}

function environmentsIn(files: readonly ClientFile[], key: string, usualHost: string): readonly Environment[] {
  return findValues(files, `${key}[].name`).values.map(({key: nameKey, value: name}) => {
    const url = textAt(files, nameKey.replace(/name$/, 'https_endpoint'))
    return {name, vhost: url !== undefined && URL.canParse(url) ? new URL(url).hostname : usualHost}
  })
}

/** Reads the account and the gateway environments as they are in the files, by the keys of the release; its usual ones where a file has none. */
export function configuredIn(files: readonly ClientFile[], {config}: WalkSpec, usualHost: string): Configured {
  const environments = environmentsIn(files, config.environments, usualHost)
  return {
    admin: {
      username: textAt(files, config.username) ?? ADMIN.username,
      password: textAt(files, config.password) ?? ADMIN.password,
    },
    environments: environments.length > 0 ? environments : [{name: config.usualEnvironment, vhost: usualHost}],
  }
}

/** What the publisher's files say of account and environments, read out of the first node that has them. */
export async function configured(running: RunningLab): Promise<Configured> {
  const {topology, nodes} = running
  const node = placeOf('publisher-api', topology)?.nodes.find(({name}) => nodes.has(name))
  const files = node ? await readClientFiles(node, running) : []
  return configuredIn(files, topology.release.walk!, placeOf('gateway-https', topology)?.open?.hostName ?? '')
}
