import type {NodeInstance} from '../plan/observed.js'
import type {Flow, FoundFault} from '../model/faults/fault-order.js'
import type {PlacedFault} from '../model/faults/fault-label.js'
import type {HelperOptions} from './engine.js'

/** Faults of nodes: made by helpers that end them by themselves, and what is done to a node at once. */
export interface EngineFaults {
  /**
   * Starts a helper that makes a fault and ends it at its deadline, whoever is alive by then. Resolves once it is made; throws
   * `fault-impossible` with the reason, and nothing of it is left then. What the kernel does not end by itself has a second helper, which does
   * where the first was killed. Gives what is to be known of it.
   */
  make(options: MakeFaultOptions): Promise<readonly string[]>
  /** Ends the fault of a helper, also of one that was killed, and removes the helper. */
  end(helper: NodeInstance): Promise<void>
  /** The faults that the network of a node has, whether or not their helpers are there. */
  found(node: NodeInstance, options: FaultHelperOptions): Promise<readonly FoundFault[]>
  /** Ends these faults of the network of a node. Returns those that there were. */
  clear(node: NodeInstance, ids: readonly string[], options: FaultHelperOptions): Promise<readonly FoundFault[]>
  /** Ends a node until somebody starts it again; resolves when it has ended. */
  terminate(node: NodeInstance, termination: Termination, signal: AbortSignal): Promise<void>
}

export type Termination = 'kill' | 'stop' | 'oom'

export interface FaultHelperOptions extends HelperOptions {
  readonly signal: AbortSignal
}

export interface MakeFaultOptions extends FaultHelperOptions {
  readonly fault: PlacedFault
  /** The node in whose namespaces it is made. */
  readonly node: NodeInstance
  /** Connections that it acts on. */
  readonly flows?: readonly Flow[]
  /** A script that makes it inside a container of the node's own image, with the node's files of this folder. */
  readonly script?: {readonly text: string; readonly guard: string; readonly folder: string}
}
