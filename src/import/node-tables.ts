import {isTable, type ConfigTable} from '../config/table.js'
import type {LinkSpec} from '../model/release.js'
import {addressesIn} from './addresses.js'
import {filledIn} from './evidence.js'
import {withoutPositions} from './leaves.js'
import {readerOf, type MapContext} from './map-text.js'

/** A key, inside the tables of an array, that has the address of one node. */
interface NodeKey {
  readonly server: string
  /** Below the table. */
  readonly name: string
}

/** Tables of the lab's that production lacks: they are about this node. */
export interface MissingTables {
  readonly node: string
  readonly tables: readonly unknown[]
}

const leadsTo = (address: unknown, node: string) => String(address).includes(`//${node}:`)

function nodeKeys(key: string, links: readonly LinkSpec[], {lab}: MapContext): readonly NodeKey[] {
  const begin = `${withoutPositions(key)}[].`
  return links.flatMap(({client, server, address}) =>
    client === lab.component &&
    address?.names === 'node' &&
    address.key.startsWith(begin) &&
    !address.key.endsWith('[]')
      ? [{server, name: address.key.slice(begin.length)}]
      : [],
  )
}

/** Tables of one array of tables, such as a gateway environment for each gateway: which of the lab's belongs to which of production's. */
export class NodeTables {
  readonly #keys: readonly NodeKey[]

  constructor(
    key: string,
    links: readonly LinkSpec[],
    readonly labTables: readonly unknown[],
    readonly context: MapContext,
  ) {
    this.#keys = nodeKeys(key, links, context)
  }

  /** The lab's table that is about the same node; else the one at the same place. */
  labTableOf(table: ConfigTable, i: number): ConfigTable {
    for (const {server, name} of this.#keys) {
      const text = table[name]
      const node = typeof text === 'string' ? this.#nodeAt(text, server) : undefined
      const found = this.labTables.find(own => isTable(own) && node !== undefined && leadsTo(own[name], node))
      if (isTable(found)) return found
    }
    const samePlace = this.labTables[Math.min(i, this.labTables.length - 1)]
    return isTable(samePlace) ? samePlace : {}
  }

  /** The lab's tables of nodes that none of these leads to. */
  missingIn(tables: readonly unknown[]): readonly MissingTables[] {
    return this.#keys.flatMap(({server, name}) => {
      const about = (node: string) => (table: unknown) => isTable(table) && leadsTo(table[name], node)
      return this.context.lab
        .nodesOf(server)
        .filter(node => !tables.some(about(node)))
        .map(node => ({node, tables: this.labTables.filter(about(node))}))
        .filter(missing => missing.tables.length > 0)
    })
  }

  #nodeAt(text: string, server: string): string | undefined {
    const [address] = addressesIn(filledIn(text, this.context.instance))
    return address && this.context.lookup.find(address, readerOf(this.context), server)?.node
  }
}
