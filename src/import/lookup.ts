import type {Release} from '../model/release.js'
import {isOwnMachine, type TextAddress} from './addresses.js'
import {offsetOf} from './evidence.js'
import type {PlannedComponent, ProductionAddress} from './nodes.js'

/** What an address of production is in the lab. */
export interface Found {
  readonly component: string
  /** Undefined for one that leads to any node of the component. */
  readonly node?: string
  /** The product's port; undefined for a port that the product does not have. */
  readonly port?: number
  readonly isPublic?: boolean
}

interface Candidate extends ProductionAddress, Pick<Found, 'component' | 'node'> {}

type Address = Pick<TextAddress, 'host' | 'port'>

/** Whose file an address stands in. */
export interface Reader {
  readonly component: string
  readonly offset?: number
}

/** Tells what lies behind an address of production. */
export class Lookup {
  readonly #candidates: readonly Candidate[]
  readonly #ports: ReadonlyMap<string, readonly number[]>

  constructor(planned: readonly PlannedComponent[], release: Release) {
    this.#candidates = planned.flatMap(({component, nodes, shared}) => [
      ...nodes.flatMap(({name, addresses}) => addresses.map(address => ({...address, component, node: name}))),
      ...shared.map(address => ({...address, component})),
    ])
    this.#ports = new Map(release.components.map(({name, ports}) => [name, ports.map(({port}) => port)]))
  }

  /** The product's port behind a candidate's one. */
  #port({component, offset = 0}: Candidate, written: number | undefined): number | undefined {
    return this.#ports.get(component)?.find(port => written !== undefined && offsetOf(written, port) === offset)
  }

  /** Whether an address leads to the node itself that has it in its file. */
  #isItself({host, port}: Address, {component, offset}: Reader): boolean {
    return offset !== undefined && isOwnMachine(host) && this.#port({component, host, offset}, port) !== undefined
  }

  /** `server`: the component that the key is known to lead to. */
  find(address: Address, reader: Reader, server?: string): Found | undefined {
    if (this.#isItself(address, reader)) return undefined
    const {host, port} = address
    const all = this.#candidates
      .filter(candidate => candidate.host === host && (server === undefined || candidate.component === server))
      .map(candidate => ({candidate, port: this.#port(candidate, port)}))
    const exact = all.filter(({port: own}) => own !== undefined)
    const isOne = (some: typeof all) => new Set(some.map(({candidate}) => candidate.component)).size === 1
    // This machine's other ports may be anything.
    const found = isOwnMachine(host)
      ? isOne(exact)
        ? exact[0]
        : undefined
      : (exact[0] ?? (isOne(all) ? all[0] : undefined))
    if (!found) return undefined
    const {component, node, isPublic} = found.candidate
    return {
      component,
      ...(isPublic && {isPublic}),
      ...(node !== undefined && {node}),
      ...(found.port !== undefined && {port: found.port}),
    }
  }
}
