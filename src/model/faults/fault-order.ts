import type {PlacedFault} from './fault-label.js'

/** Connections of a node's: those to a host and port; host null: those that come in at the port. */
export interface Flow {
  readonly host: string | null
  readonly port: number
}

/** What a fault's helper is told to do, as its one argument. Nothing secret is in it: whoever sees the container sees it. */
export type FaultOrder =
  | {
      readonly order: 'make'
      readonly fault: PlacedFault
      readonly flows: readonly Flow[]
    }
  /** End this fault at its deadline, if its helper was killed. */
  | {readonly order: 'guard'; readonly fault: PlacedFault}
  /** Tell which faults are made in this network. */
  | {readonly order: 'tell'}
  /** End these faults of this network, whoever made them. */
  | {readonly order: 'clear'; readonly ids: readonly string[]}

/** A fault as the namespace has it, its helper there or not. */
export interface FoundFault {
  readonly id: string
  /** `1795900000 cut gateway-1->traffic-manager-1:5672`: when the kernel ends it, and what it is. */
  readonly note: string
}

/** What it answers, a JSON document a line. */
export type FaultReport =
  /** Or guarded. `notes`: what is to be known of it, for people. */
  | {readonly kind: 'made'; readonly notes?: readonly string[]}
  | {readonly kind: 'impossible'; readonly detail: string}
  | {readonly kind: 'found'; readonly faults: readonly FoundFault[]}

/** The helper's group: its own connections are told from the node's by it. */
export const FAULT_GROUP = 64_917
/** Where the node's control group is in it. */
export const CGROUP_AT = '/node-cgroup'
