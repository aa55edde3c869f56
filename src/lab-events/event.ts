import type {NodeEnd} from '../model/node-end.js'
import type {ContainerState, Health, ObservedPort} from '../plan/observed.js'
import type {IdentifiedRow} from './link-row.js'

/** Something that was seen of a lab. Whoever wants to know the lab's state folds them: `reduce`. */
export type LabEvent = NodeEvent | NodeGoneEvent | ProbeEvent | LinkEvent | LinkGoneEvent | DownEvent

interface Timed {
  /** When it was seen: RFC 3339, UTC. */
  readonly at: string
}

/** A node as the engine has it now. */
export interface NodeEvent extends Timed {
  readonly kind: 'node'
  readonly node: string
  readonly seen: NodeFacts
}

export interface NodeFacts {
  readonly component: string
  /** Missing: it is planned, and not there. */
  readonly run: ContainerState | 'missing'
  /** What its own health check says. */
  readonly health: Health
  /** When it was started last, as the engine writes it; empty for one that is not there. */
  readonly started: string
  readonly image: string
  readonly ports: readonly ObservedPort[]
  readonly memoryBytes: number
  readonly restarts: number
  /** How it ended, and that in words; null for one that runs. */
  readonly ended: (NodeEnd & {readonly text: string}) | null
}

/** A node that is not planned is no longer there. */
export interface NodeGoneEvent extends Timed {
  readonly kind: 'node-gone'
  readonly node: string
}

/** What a helper got from a node. */
export interface ProbeEvent extends Timed {
  readonly kind: 'probe'
  readonly node: string
  /** All probes passed. */
  readonly ready: boolean
  /** The first that did not, and what it got. */
  readonly probe: string
  readonly detail: string
}

/** A link that was checked. */
export interface LinkEvent extends Timed {
  readonly kind: 'link'
  /** The link's id. */
  readonly link: string
  readonly row: IdentifiedRow
}

/** A link that is no longer there: its nodes have gone. */
export interface LinkGoneEvent extends Timed {
  readonly kind: 'link-gone'
  readonly link: string
  /** What told it from others of the same id. */
  readonly purpose: string | null
  readonly key: string | null
}

/** The engine has no node of the lab any more. */
export interface DownEvent extends Timed {
  readonly kind: 'down'
}
