import type {ConfigTable} from '../config/table.js'
import type {LinkSpec} from '../model/release.js'
import {standardPort} from '../model/port-offsets.js'
import type {Topology} from '../model/topology.js'
import {browserHost} from '../model/names.js'
import {addressesIn} from './addresses.js'
import type {Found} from './lookup.js'

export interface LabAddress {
  readonly host: string
  readonly port: number
}

/** A node of the lab as production's values are put into it. */
export class LabSide {
  constructor(
    readonly node: string,
    readonly component: string,
    /** Its deployment.toml as the lab has it without any overlay. */
    readonly table: ConfigTable,
    readonly topology: Topology,
  ) {}

  nodesOf(component: string): readonly string[] {
    return this.topology.nodes.filter(node => node.component === component).map(({name}) => name)
  }

  /** The links that this node has an address for at a key path. */
  linksAt(key: string): readonly LinkSpec[] {
    return this.topology.release.links.filter(({client, address}) => client === this.component && address?.key === key)
  }

  /** Where browsers and users find a component: by the port of the scheme, `wss://`, if it has one. */
  browser(component: string, scheme: string): LabAddress | undefined {
    const open = this.topology.openPorts.filter(port => port.component === component)
    const port =
      open.find(({spec}) => `${spec.protocol}://` === scheme) ?? open.find(({spec}) => spec.protocol === 'https')
    return port && {host: browserHost(component, this.topology.settings), port: port.port}
  }

  /** Where a component of the lab has a port of the product's. */
  #labPort(component: string, port: number): number {
    const spec = this.topology.release.components.find(({name}) => name === component)
    return spec?.ports.find(own => standardPort(own) === port)?.port ?? port
  }

  /** Addresses of what stands behind an address of production: one of a node, or of all nodes. `port`: the one that is known to be meant. */
  addresses({component, node, port: found}: Found, port?: number): readonly LabAddress[] {
    const own = found === undefined ? port : this.#labPort(component, found)
    if (own === undefined) return []
    return (node === undefined ? this.nodesOf(component) : [node]).map(host => ({host, port: own}))
  }

  /** Whether what stands behind an address of production is surely not what the lab has at its place: another component, node or port. */
  leadsElsewhere({component, node, port, isPublic}: Found, labText: string): boolean {
    const [lab] = addressesIn(labText)
    const there = this.topology.nodes.find(({name, component: own}) => name === lab?.host || own === lab?.host)
    if (!lab || !there || port === undefined || isPublic) return false
    const isOtherNode = node !== undefined && lab.host === there.name && node !== lab.host
    return isOtherNode || there.component !== component || this.#labPort(component, port) !== lab.port
  }

  /** The one address of what stands behind an address of production; what only a proxy knows is where browsers go. */
  address({component, node, port, isPublic}: Found, scheme: string): LabAddress | undefined {
    if (port === undefined || isPublic) return this.browser(component, scheme)
    // One node has its component's name too: it stays right when there are more.
    const host = this.nodesOf(component).length > 1 ? (node ?? component) : component
    return {host, port: this.#labPort(component, port)}
  }
}
