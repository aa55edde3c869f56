import {isTable, keyOf, namesIn, type ConfigTable} from '../config/table.js'
import {absentKeys} from './absent.js'
import {databaseUnit} from './databases.js'
import type {Entry} from './entries.js'
import {KeyDecisions, type KeyValue, type MapOptions, type Told} from './key-decisions.js'
import {leavesOf} from './leaves.js'
import type {MapContext} from './map-text.js'
import {NodeTables} from './node-tables.js'

/** What is left of a node's file when the lab has the rest: values by key, and what became of every key. */
export interface MappedNode {
  readonly units: ReadonlyMap<string, unknown>
  /** Key paths of the lab's that production has not. */
  readonly removed: readonly string[]
  readonly entries: readonly Entry[]
}

/** Puts one node's configuration into the lab. */
class NodeMapper {
  readonly entries: Entry[] = []
  readonly #decisions: KeyDecisions

  constructor(
    readonly context: MapContext,
    readonly options: MapOptions,
  ) {
    this.#decisions = new KeyDecisions(context, options)
  }

  get #rules() {
    return this.options.release.config.place
  }

  map(): MappedNode {
    const {lab, instance} = this.context
    const units = new Map<string, unknown>()
    for (const [key, value] of this.#decisions.flat) {
      const left = this.#unit({key, value, labValue: this.#decisions.flatLab.get(key)})
      if (left !== undefined) units.set(key, left)
    }
    const absent = absentKeys(instance.source.table, lab, this.options.release.config)
    const removed = [...new Set(absent.flatMap(({removed: path}) => path ?? []))]
    for (const {key, value, removed: path} of absent)
      this.#tell(key, {
        outcome: 'absent',
        what: this.#decisions.whatOf(key, value),
        why: path === undefined ? 'only the lab has it: it stays' : `only the lab has it: removed with ${path}`,
      })
    return {units, removed, entries: this.entries}
  }

  #tell(key: string, told: Told): void {
    const {source} = this.context.instance
    this.entries.push({
      ...source.placeOf(key),
      ...told,
      key: this.options.templates.restore(key),
      nodes: [this.context.lab.node],
    })
  }

  /** Tells the same of everything in a value. */
  #tellAll(key: string, value: unknown, told: (key: string, value: unknown) => Told): void {
    const leaves = leavesOf(value)
    for (const leaf of leaves) {
      const whole = leaf.key.startsWith('[') ? `${key}${leaf.key}` : `${key}.${leaf.key}`
      this.#tell(whole, told(whole, leaf.value))
    }
    if (leaves.length === 0) this.#tell(key, told(key, value))
  }

  /** Why a key is the lab's own, whatever production has; undefined for any other. */
  #whyOwn(key: string): string | undefined {
    const {own, secrets} = this.#rules
    const table = namesIn(key)[0] ?? ''
    if (table === secrets) return 'the lab has no encrypted secrets'
    return own[key] ?? own[table]
  }

  /** What of a value that is no table goes into the overlay; undefined for nothing. */
  #unit(one: KeyValue): unknown {
    const {key, value, labValue} = one
    const {lab, instance} = this.context
    const whyOwn = this.#whyOwn(key)
    if (whyOwn !== undefined) {
      const outcome = this.#decisions.isPlainAndSame(one) ? 'equal' : 'replaced'
      this.#tellAll(key, value, whole => ({outcome, what: this.#decisions.whatOf(whole, value, labValue), why: whyOwn}))
      return undefined
    }
    const database = databaseUnit(key, instance.source.table, lab, this.#rules)
    if (database) {
      const {outcome, why} = database
      this.#tell(key, {outcome, what: this.#decisions.whatOf(key, value), why})
      return undefined
    }
    if (Array.isArray(value) && value.some(isTable)) return this.#tables(key, value, labValue)
    const {value: own, told} = this.#decisions.of(one)
    const same = own !== undefined && labValue !== undefined && this.#decisions.isSame(own, labValue)
    this.#tellAll(key, value, () => (same ? {...told, outcome: 'equal'} : told))
    return same ? undefined : own
  }

  /** An array of tables: the overlay replaces it as a whole, so all of it is the lab's or none. */
  #tables(key: string, tables: readonly unknown[], labValue: unknown): unknown {
    const labTables: readonly unknown[] = Array.isArray(labValue) ? labValue : []
    const ofNodes = new NodeTables(key, this.options.release.links, labTables, this.context)
    const begun = this.entries.length
    const own = tables.map((table, i) =>
      isTable(table) ? this.#table(`${key}[${i}]`, table, ofNodes.labTableOf(table, i)) : table,
    )
    const all = [...own, ...this.#missing(key, ofNodes, own)]
    if (!this.#decisions.isSame(this.#withEffect(key, all), this.#withEffect(key, labTables))) return all
    // What was told of each key: that it is the lab's own now.
    const told = this.entries.splice(begun)
    this.entries.push(
      ...told.map(entry =>
        ['left', 'idle', 'replaced'].includes(entry.outcome) ? entry : {...entry, outcome: 'equal' as const},
      ),
    )
    return undefined
  }

  #missing(key: string, ofNodes: NodeTables, tables: readonly unknown[]): readonly unknown[] {
    const missing = ofNodes.missingIn(tables)
    for (const {node} of missing)
      this.#tell(key, {
        outcome: 'absent',
        what: `the lab's own for ${node} is added`,
        why: 'production has one address for several nodes',
      })
    return missing.flatMap(one => one.tables)
  }

  /** Tables without the keys that have no effect. */
  #withEffect(key: string, tables: readonly unknown[]): readonly unknown[] {
    const {dead} = this.#decisions
    return tables.map((table, i) =>
      isTable(table)
        ? Object.fromEntries(Object.entries(table).filter(([name]) => !dead.has(`${key}[${i}].${name}`)))
        : table,
    )
  }

  #table(key: string, table: ConfigTable, labTable: ConfigTable): ConfigTable {
    const names = Object.entries(table).flatMap(([name, value]) => {
      const one = {key: `${key}.${keyOf([name])}`, value, labValue: labTable[name]}
      const left = this.#inTable(one, other => table[other.slice(key.length + 1)])
      return left === undefined ? [] : [[name, left] as const]
    })
    return Object.fromEntries(names)
  }

  #inTable(one: KeyValue, beside: (key: string) => unknown): unknown {
    const {key, value, labValue} = one
    if (isTable(value)) return this.#table(key, value, isTable(labValue) ? labValue : {})
    if (Array.isArray(value) && value.some(isTable))
      return value.map((inner, i) => {
        const lab: unknown = Array.isArray(labValue) ? labValue[i] : undefined
        return isTable(inner) ? this.#table(`${key}[${i}]`, inner, isTable(lab) ? lab : {}) : inner
      })
    const decision = this.#decisions.of(one, beside)
    this.#tellAll(key, value, () => decision.told)
    return decision.value
  }
}

/** What is left of a node's configuration when the lab has the rest. */
export const mapNode = (context: MapContext, options: MapOptions): MappedNode => new NodeMapper(context, options).map()
