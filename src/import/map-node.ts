import {deadKeys} from '../config/dead-keys.js'
import {flatten, isTable, keyOf, namesIn, type ConfigTable} from '../config/table.js'
import type {Release} from '../model/release.js'
import {shown} from '../model/link-address.js'
import {databaseUnit, type DatabaseFate} from './databases.js'
import {absentKeys} from './absent.js'
import {addressesIn} from './addresses.js'
import type {Entry, Outcome} from './entries.js'
import {filledIn} from './evidence.js'
import {leavesOf, withoutPositions} from './leaves.js'
import {mapList, mapText, readerOf, type MapContext, type Mapped} from './map-text.js'
import {isSame} from './same-value.js'
import {isSecret, passwordBeside, usernameBeside} from '../config/secret-values.js'
import {hasMark, type Templates} from './templates.js'

export interface MapOptions {
  readonly release: Release
  readonly templates: Templates
  /** Passwords and secrets are taken over, not replaced. */
  readonly keepSecrets: boolean
}

/** What is left of a node's file when the lab has the rest: values by key, and what became of every key. */
export interface MappedNode {
  readonly units: ReadonlyMap<string, unknown>
  /** Key paths of the lab's that production has not. */
  readonly removed: readonly string[]
  readonly entries: readonly Entry[]
}

type Told = Omit<Entry, 'file' | 'line' | 'nodes' | 'key'>

interface Fate {
  /** Undefined: it is not in the overlay. */
  readonly value?: unknown
  readonly told: Told
}

const MOST_SHOWN = 120

/** Puts one node's configuration into the lab. */
class NodeMapper {
  readonly entries: Entry[] = []
  readonly #flatLab: ReadonlyMap<string, unknown>
  readonly #dead: ReadonlyMap<string, string>

  constructor(
    readonly context: MapContext,
    readonly options: MapOptions,
  ) {
    this.#flatLab = flatten(context.lab.table)
    this.#dead = new Map(deadKeys(this.#table, options.release.config).map(({key, why}) => [key, why]))
  }

  get #table(): ConfigTable {
    return this.context.instance.source.table
  }

  get #rules() {
    return this.options.release.config.place
  }

  map(): MappedNode {
    const units = new Map<string, unknown>()
    for (const [key, value] of flatten(this.#table)) {
      const left = this.#unit(key, value)
      if (left !== undefined) units.set(key, left)
    }
    const absent = absentKeys(this.#table, this.context.lab, this.options.release.config)
    const removed = [...new Set(absent.flatMap(({removed: path}) => path ?? []))]
    for (const {key, value, removed: path} of absent)
      this.#tell(key, {
        outcome: 'absent',
        what: this.#whatOf(key, value, undefined),
        why: path === undefined ? 'only the lab has it: it stays' : `only the lab has it: removed with ${path}`,
      })
    return {units, removed, entries: this.entries}
  }

  /** A value as it may be told. */
  #shown(value: unknown): string {
    const text = typeof value === 'string' ? (value.includes('://') ? shown(value) : value) : JSON.stringify(value)
    const whole = this.options.templates.restore(text ?? '')
    return whole.length > MOST_SHOWN ? `${whole.slice(0, MOST_SHOWN)}…` : whole
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
    for (const leaf of leavesOf(value)) {
      const whole = leaf.key.startsWith('[') ? `${key}${leaf.key}` : `${key}.${leaf.key}`
      this.#tell(whole, told(whole, leaf.value))
    }
    if (leavesOf(value).length === 0) this.#tell(key, told(key, value))
  }

  #own(key: string): string | undefined {
    const {own, secrets} = this.#rules
    const table = namesIn(key)[0] ?? ''
    if (table === secrets) return 'the lab has no encrypted secrets'
    return own[key] ?? own[table]
  }

  /** What of a value that is no table goes into the overlay; undefined for nothing. */
  #unit(key: string, value: unknown): unknown {
    const labValue = this.#flatLab.get(key)
    const own = this.#own(key)
    if (own !== undefined) {
      const outcome = !isSecret(key, value) && this.#isSame(value, labValue) ? 'equal' : 'replaced'
      this.#tellAll(key, value, whole => ({outcome, what: this.#whatOf(whole, value, labValue), why: own}))
      return undefined
    }
    const database = databaseUnit(key, this.#table, this.context.lab, this.#rules)
    if (database) {
      this.#tell(key, this.#toldOf(database, key, value))
      return undefined
    }
    if (Array.isArray(value) && value.some(isTable)) return this.#tables(key, value, labValue)
    const fate = Array.isArray(value) ? this.#list(key, value, labValue) : this.#scalar(key, value, labValue)
    const same = fate.value !== undefined && labValue !== undefined && this.#isSame(fate.value, labValue)
    this.#tellAll(key, value, () => (same ? {...fate.told, outcome: 'equal'} : fate.told))
    return same ? undefined : fate.value
  }

  #toldOf({outcome, why}: DatabaseFate, key: string, value: unknown): Told {
    return {outcome, what: this.#whatOf(key, value, undefined), why}
  }

  #whatOf(key: string, value: unknown, labValue: unknown): string {
    const isHidden = namesIn(key)[0] === this.#rules.secrets || [value].flat().some(item => isSecret(key, item))
    if (isHidden) return 'a secret'
    const text = this.#shown(value)
    if (typeof labValue !== 'string' || isSecret(key, labValue) || this.#shown(labValue) === text) return text
    return `${text} → ${this.#shown(labValue)}`
  }

  #isSame(value: unknown, labValue: unknown): boolean {
    return isSame(value, this.#table, labValue, this.context.lab.table)
  }

  #at(key: string): unknown {
    return this.#flatLab.get(key)
  }

  #fate(outcome: Outcome, key: string, value: unknown, why: string, kept?: unknown): Fate {
    return {told: {outcome, what: this.#whatOf(key, value, kept), why}, ...(kept !== undefined && {value: kept})}
  }

  /** A secret, or a name whose password is one: never taken over, unless asked to. */
  #account(key: string, value: unknown, labValue: unknown, beside: (key: string) => unknown): Fate | undefined {
    if (this.options.keepSecrets) return undefined
    const {account} = this.#rules
    if (isSecret(key, value)) {
      if (labValue !== undefined) return this.#fate('replaced', key, value, "a secret: the lab's own", labValue)
      const user = beside(usernameBeside(key))
      if (user !== undefined && this.#isAdmin(user))
        return this.#fate('replaced', key, value, "the administrator's: the lab's own", `$ref{${account.password}}`)
      return this.#fate('left', key, value, 'a secret that the lab has no value for: put one into the overlay')
    }
    const isName = /(?:^|[._])username$/i.test(key) && key !== account.username
    if (!isName || !isSecret(passwordBeside(key), beside(passwordBeside(key))) || this.#isAdmin(value)) return undefined
    return labValue === undefined
      ? this.#fate('left', key, value, 'its password is a secret that the lab does not have')
      : this.#fate('replaced', key, value, "its password is a secret: the lab's own account", labValue)
  }

  #isAdmin(user: unknown): boolean {
    const {username} = this.#rules.account
    return isSame(user, this.#table, flatten(this.#table).get(username) ?? this.#at(username), this.#table)
  }

  /** What can't be known here: a variable without a value, an expression of a template. */
  #unknown(key: string, value: unknown, labValue: unknown): Fate | undefined {
    if (typeof value !== 'string') return undefined
    const variable = /\$env\{([^}]*)\}/.exec(filledIn(value, this.context.instance))?.[1]
    const why =
      variable !== undefined
        ? `nothing tells what the environment variable ${variable} is`
        : hasMark(value)
          ? 'only its template knows it'
          : undefined
    if (why === undefined) return undefined
    return labValue === undefined
      ? this.#fate('left', key, value, why)
      : this.#fate('replaced', key, value, `${why}: the lab's own`, labValue)
  }

  #scalar(
    key: string,
    value: unknown,
    labValue: unknown,
    beside = (other: string) => flatten(this.#table).get(other),
  ): Fate {
    const account = this.#account(key, value, labValue, beside)
    if (account) return account
    const dead = this.#dead.get(key)
    if (dead !== undefined) return this.#fate('idle', key, value, dead)
    if (typeof value !== 'string') return this.#fate('kept', key, value, 'as in production', value)
    const mapped = mapText(value, key, labValue, this.context)
    return this.#unknown(key, mapped.value, labValue) ?? this.#ofMapped(key, value, mapped)
  }

  #list(key: string, value: readonly unknown[], labValue: unknown): Fate {
    const secret = value.find(item => isSecret(key, item))
    const account = secret === undefined ? undefined : this.#account(key, secret, labValue, () => undefined)
    if (account) return account
    const mapped = mapList(value, key, labValue, this.context)
    const unknown = (mapped.value as readonly unknown[]).map(item => this.#unknown(key, item, labValue)).find(Boolean)
    return unknown ?? this.#ofMapped(key, value, mapped)
  }

  #ofMapped(key: string, value: unknown, {value: to, outside, isLabs}: Mapped): Fate {
    if (isLabs) return this.#fate('replaced', key, value, "none of production's nodes is called so: the lab's own", to)
    if (outside.length > 0)
      return this.#fate(
        'kept',
        key,
        value,
        `leads out of the lab, to ${[...new Set(outside)].map(host => this.options.templates.restore(host)).join(', ')}`,
        to,
      )
    if (JSON.stringify(value) === JSON.stringify(to)) return this.#fate('kept', key, value, 'as in production', to)
    return {
      value: to,
      told: {outcome: 'mapped', what: `${this.#shown(value)} → ${this.#shown(to)}`, why: "the lab's address"},
    }
  }

  /** An array of tables: the overlay replaces it as a whole, so all of it is the lab's or none. */
  #tables(key: string, value: readonly unknown[], labValue: unknown): unknown {
    const labItems: readonly unknown[] = Array.isArray(labValue) ? labValue : []
    const begun = this.entries.length
    const items = value.map((item, i) =>
      isTable(item) ? this.#item(`${key}[${i}]`, item, this.#labItem(key, item, i, labItems)) : item,
    )
    const all = [...items, ...this.#missing(key, items, labItems)]
    if (!this.#isSame(this.#live(key, all), this.#live(key, labItems))) return all
    // What was told of each key: that it is the lab's own now.
    const own = this.entries.splice(begun)
    this.entries.push(
      ...own.map(entry =>
        ['left', 'idle', 'replaced'].includes(entry.outcome) ? entry : {...entry, outcome: 'equal' as const},
      ),
    )
    return undefined
  }

  /** Tables without the keys that have no effect. */
  #live(key: string, items: readonly unknown[]): readonly unknown[] {
    return items.map((item, i) =>
      isTable(item)
        ? Object.fromEntries(Object.entries(item).filter(([name]) => !this.#dead.has(`${key}[${i}].${name}`)))
        : item,
    )
  }

  /** The addresses of single nodes that stand in an array of tables, by the name of their key. */
  #nodeKeys(key: string) {
    return this.options.release.links.flatMap(({client, server, port, address}) =>
      client === this.context.lab.component &&
      address?.names === 'node' &&
      address.key.startsWith(`${withoutPositions(key)}[].`) &&
      !address.key.endsWith('[]')
        ? [{server, port, name: address.key.slice(withoutPositions(key).length + 3)}]
        : [],
    )
  }

  /** The lab's table that is about the same node; else the one at the same place. */
  #labItem(key: string, item: ConfigTable, i: number, labItems: readonly unknown[]): ConfigTable {
    const {lab, instance} = this.context
    for (const {server, name} of this.#nodeKeys(key)) {
      const text = item[name]
      if (typeof text !== 'string') continue
      const node = nodeAt(filledIn(text, instance), server, this.context)
      const found = labItems.find(
        labItem => isTable(labItem) && node !== undefined && String(labItem[name]).includes(`//${node}:`),
      )
      if (isTable(found)) return found
    }
    const same = labItems[Math.min(i, labItems.length - 1)]
    return isTable(same) && lab.table ? same : {}
  }

  /** The lab's tables of nodes that none of production's leads to. */
  #missing(key: string, items: readonly unknown[], labItems: readonly unknown[]): readonly unknown[] {
    const {lab} = this.context
    return this.#nodeKeys(key).flatMap(({server, name}) => {
      const texts = items.map(item => (isTable(item) ? String(item[name]) : ''))
      return lab.nodesOf(server).flatMap(node => {
        if (texts.some(text => text.includes(`//${node}:`))) return []
        const own = labItems.filter(item => isTable(item) && String(item[name]).includes(`//${node}:`))
        if (own.length > 0)
          this.#tell(key, {
            outcome: 'absent',
            what: `the lab's own for ${node} is added`,
            why: 'production has one address for several nodes',
          })
        return own
      })
    })
  }

  #item(key: string, item: ConfigTable, labItem: ConfigTable): ConfigTable {
    const names = Object.entries(item).flatMap(([name, value]) => {
      const own = `${key}.${keyOf([name])}`
      const left = this.#inItem(own, value, labItem[name], other => item[other.slice(key.length + 1)])
      return left === undefined ? [] : [[name, left] as const]
    })
    return Object.fromEntries(names)
  }

  #inItem(key: string, value: unknown, labValue: unknown, beside: (key: string) => unknown): unknown {
    if (isTable(value)) return this.#item(key, value, isTable(labValue) ? labValue : {})
    if (Array.isArray(value) && value.some(isTable))
      return value.map((inner, i) => {
        const lab: unknown = Array.isArray(labValue) ? labValue[i] : undefined
        return isTable(inner) ? this.#item(`${key}[${i}]`, inner, isTable(lab) ? lab : {}) : inner
      })
    const fate = Array.isArray(value) ? this.#list(key, value, labValue) : this.#scalar(key, value, labValue, beside)
    this.#tellAll(key, value, () => fate.told)
    return fate.value
  }
}

function nodeAt(text: string, server: string, context: MapContext): string | undefined {
  const [address] = addressesIn(text)
  return address && context.lookup.find(address, readerOf(context), server)?.node
}

/** What is left of a node's configuration when the lab has the rest. */
export const mapNode = (context: MapContext, options: MapOptions): MappedNode => new NodeMapper(context, options).map()
