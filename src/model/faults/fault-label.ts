import {DIRECTIONS, FAULT_KINDS} from './fault-kinds.js'
import type {Fault} from './fault.js'

/** A fault that is made in one place: what its helper's label tells. Nothing secret is in it. */
export interface PlacedFault extends Fault {
  /** Six digits; the same for all places of one `fault add`. */
  readonly id: string
  /** The node in whose namespaces it is made. */
  readonly node: string
  /** Ids of the links that it breaks; none where it acts on the node. */
  readonly links: readonly string[]
  readonly seconds: number
  /** The container makes nothing: it ends the fault if the one that made it was killed. */
  readonly guards?: true
}

export const printFaultLabel = (fault: PlacedFault): string => JSON.stringify(fault)

const FAULT_ID = /^\d{6}$/
export const isFaultId = (text: unknown): text is string => typeof text === 'string' && FAULT_ID.test(text)

const isFitting = (value: Partial<Record<keyof PlacedFault, unknown>>) =>
  isFaultId(value.id) &&
  FAULT_KINDS.some(({name}) => name === value.kind) &&
  DIRECTIONS.some(direction => direction === value.direction) &&
  typeof value.node === 'string' &&
  typeof value.seconds === 'number' &&
  Array.isArray(value.links) &&
  value.links.every(link => typeof link === 'string')

/** What a label tells; undefined for one that is none of ours. */
export function parseFaultLabel(text: string): PlacedFault | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && isFitting(value) ? (value as PlacedFault) : undefined
  } catch {
    return undefined
  }
}
