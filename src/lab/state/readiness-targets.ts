import type {ReadinessTarget} from '../../engine/engine.js'
import {EMULATION_FACTOR} from '../../model/architecture.js'
import {PROBE_ACCOUNT} from '../../model/database-server.js'
import {resourceName} from '../../model/names.js'
import {databasePlace, isDatabase, type Topology} from '../../model/topology.js'
import type {ComposeProject} from '../../render/compose.js'
import type {Secrets} from '../../render/secrets.js'

export interface DeadlineOptions {
  /** Replaces every node's own deadline. */
  readonly timeoutSeconds?: number | undefined
  /** The command that would wait longer, before its `--timeout`. */
  readonly retry?: string
  /** Images that run emulated: their nodes' own deadlines are longer. */
  readonly emulated?: ReadonlySet<string>
}

/** What is to be known of each node in order to wait for it. */
export function readinessTargets(
  topology: Topology,
  project: ComposeProject,
  secrets: Pick<Secrets, 'probeAccount'>,
  {timeoutSeconds, retry, emulated}: DeadlineOptions = {},
): ReadonlyMap<string, ReadinessTarget> {
  const {lab} = topology.settings
  return new Map(
    topology.nodes.map(({name, spec, image}) => [
      name,
      {
        probes: spec.probes,
        ...(retry !== undefined && {retry}),
        deadlineSeconds:
          timeoutSeconds ?? spec.readyWithinSeconds * (emulated?.has(image) === true ? EMULATION_FACTOR : 1),
        isFixed: timeoutSeconds !== undefined,
        networks: Object.keys(project.services[name]?.networks ?? {}).map(key => resourceName(lab, key)),
        ...(isDatabase({spec}) && {
          login: {
            protocol: topology.server.protocol,
            ...databasePlace(topology),
            user: PROBE_ACCOUNT,
            password: secrets.probeAccount,
          },
        }),
      },
    ]),
  )
}
