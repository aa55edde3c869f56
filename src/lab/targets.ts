import type {ReadinessTarget} from '../engine/engine.js'
import {resourceName} from '../model/names.js'
import {MYSQL, MYSQL_PORT, type Topology} from '../model/topology.js'
import type {ComposeProject} from '../render/compose.js'
import {PROBE_ACCOUNT} from '../render/mysql-view.js'
import type {Secrets} from '../render/secrets.js'

/** What is to be known of each node in order to wait for it. `timeoutSeconds` replaces every node's own deadline. */
export function readinessTargets(
  topology: Topology,
  project: ComposeProject,
  secrets: Pick<Secrets, 'probeAccount'>,
  timeoutSeconds?: number,
): ReadonlyMap<string, ReadinessTarget> {
  const {lab} = topology.settings
  return new Map(
    topology.nodes.map(({name, spec}) => [
      name,
      {
        probes: spec.probes,
        deadlineSeconds: timeoutSeconds ?? spec.readyWithinSeconds,
        networks: Object.keys(project.services[name]?.networks ?? {}).map(key => resourceName(lab, key)),
        ...(name === MYSQL && {
          mysql: {host: MYSQL, port: MYSQL_PORT, user: PROBE_ACCOUNT, password: secrets.probeAccount},
        }),
      },
    ]),
  )
}
