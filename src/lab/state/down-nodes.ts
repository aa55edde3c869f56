import {dependentsOf, dependentsText, type Dependents} from '../../model/dependents.js'
import type {Topology} from '../../model/topology.js'
import type {ContainerState, ObservedNode} from '../../plan/observed.js'

/** A node that does not run, as the one cause of all that hangs on it: what others may rely on in `status --json`. */
export interface DownNode extends Dependents {
  readonly node: string
  readonly state: ContainerState | 'missing'
  /** `mysql is stopped`. */
  readonly cause: string
  /** With what hangs on it. */
  readonly text: string
}

const STATES: Readonly<Record<ContainerState | 'missing', string>> = {
  created: 'was never started',
  running: 'is running',
  paused: 'is paused',
  restarting: 'is restarting',
  removing: 'is being removed',
  exited: 'is stopped',
  dead: 'is stopped',
  missing: 'has no container',
}

/** What keeps a node from answering: `mysql is stopped`; undefined for one that runs. */
export function causeOf(node: string, seen: Pick<ObservedNode, 'state'> | undefined): string | undefined {
  const state = seen?.state ?? 'missing'
  return state === 'running' ? undefined : `${node} ${STATES[state]}`
}

/** The nodes of a lab that do not run, that on which most hangs first. */
export function downNodes(
  topology: Topology,
  seen: ReadonlyMap<string, Pick<ObservedNode, 'state'>>,
): readonly DownNode[] {
  const down = topology.nodes.flatMap(({name: node}): readonly DownNode[] => {
    const cause = causeOf(node, seen.get(node))
    if (cause === undefined) return []
    const dependents = dependentsOf(node, topology)
    const state = seen.get(node)?.state ?? 'missing'
    return [{node, state, cause, ...dependents, text: dependentsText(cause, dependents)}]
  })
  return down.toSorted((a, b) => b.links + b.logins - (a.links + a.logins))
}
