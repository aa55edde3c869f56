import {deadKeys} from '../config/dead-keys.js'
import {isSecret, passwordBeside, usernameBeside} from '../config/secret-values.js'
import {flatten, namesIn, type ConfigTable} from '../config/table.js'
import {shown} from '../model/link-address.js'
import type {Release} from '../model/release.js'
import type {Entry, Outcome} from './entries.js'
import {filledIn} from './evidence.js'
import {mapList, mapText, type MapContext, type Mapped} from './map-text.js'
import {isSame} from './same-value.js'
import {hasMark, type Templates} from './templates.js'

export interface MapOptions {
  readonly release: Release
  readonly templates: Templates
  /** Passwords and secrets are taken over, not replaced. */
  readonly keepSecrets: boolean
}

/** What the report says of a key, without where it stands. */
export type Told = Omit<Entry, 'file' | 'line' | 'nodes' | 'key'>

/** What becomes of one key: its value in the overlay (undefined: it is not in it), and what is told of it. */
export interface Decision {
  readonly value?: unknown
  readonly told: Told
}

/** A key of production's, with its value there and the lab's. */
export interface KeyValue {
  readonly key: string
  readonly value: unknown
  readonly labValue: unknown
}

/** The value of another key, by its whole path. */
type ValueOf = (key: string) => unknown

const MOST_SHOWN = 120

/** Decides what becomes of the keys of one node that hold no tables. */
export class KeyDecisions {
  readonly flat: ReadonlyMap<string, unknown>
  readonly flatLab: ReadonlyMap<string, unknown>
  /** Keys that have no effect, and why. */
  readonly dead: ReadonlyMap<string, string>

  constructor(
    readonly context: MapContext,
    readonly options: MapOptions,
  ) {
    this.flat = flatten(this.#table)
    this.flatLab = flatten(context.lab.table)
    this.dead = new Map(deadKeys(this.#table, options.release.config).map(({key, why}) => [key, why]))
  }

  get #table(): ConfigTable {
    return this.context.instance.source.table
  }

  get #rules() {
    return this.options.release.config.place
  }

  /** `beside` gives another key of the same table. */
  of(one: KeyValue, beside: ValueOf = key => this.flat.get(key)): Decision {
    return Array.isArray(one.value) ? this.#list(one, one.value) : this.#scalar(one, beside)
  }

  /** From what to what, without anything secret. */
  whatOf(key: string, value: unknown, labValue?: unknown): string {
    const isHidden = namesIn(key)[0] === this.#rules.secrets || [value].flat().some(item => isSecret(key, item))
    if (isHidden) return 'a secret'
    const text = this.#shown(value)
    if (typeof labValue !== 'string' || isSecret(key, labValue) || this.#shown(labValue) === text) return text
    return `${text} → ${this.#shown(labValue)}`
  }

  isSame(value: unknown, labValue: unknown): boolean {
    return isSame(value, this.#table, labValue, this.context.lab.table)
  }

  /** Whether it is no secret, and the lab has it as it is. */
  isPlainAndSame({key, value, labValue}: KeyValue): boolean {
    return !isSecret(key, value) && this.isSame(value, labValue)
  }

  #shown(value: unknown): string {
    const text = typeof value === 'string' ? (value.includes('://') ? shown(value) : value) : JSON.stringify(value)
    const whole = this.options.templates.restore(text ?? '')
    return whole.length > MOST_SHOWN ? `${whole.slice(0, MOST_SHOWN)}…` : whole
  }

  /** `value`: what the overlay has; undefined for nothing. */
  #decision({key, value: from}: KeyValue, outcome: Outcome, why: string, value?: unknown): Decision {
    return {told: {outcome, what: this.whatOf(key, from, value), why}, ...(value !== undefined && {value})}
  }

  #scalar(one: KeyValue, beside: ValueOf): Decision {
    const {key, value, labValue} = one
    const account = this.#account(one, beside)
    if (account) return account
    const dead = this.dead.get(key)
    if (dead !== undefined) return this.#decision(one, 'idle', dead)
    if (typeof value !== 'string') return this.#decision(one, 'kept', 'as in production', value)
    const mapped = mapText(value, key, labValue, this.context)
    return this.#unknown({...one, value: mapped.value}) ?? this.#ofMapped(one, mapped)
  }

  #list(one: KeyValue, list: readonly unknown[]): Decision {
    const {key, labValue} = one
    const secret = list.find(item => isSecret(key, item))
    const account = secret === undefined ? undefined : this.#account({...one, value: secret}, () => undefined)
    if (account) return account
    const mapped = mapList(list, key, labValue, this.context)
    const items = mapped.value as readonly unknown[]
    const unknown = items.map(value => this.#unknown({...one, value})).find(Boolean)
    return unknown ?? this.#ofMapped(one, mapped)
  }

  /** A secret, or a name whose password is one: never taken over, unless asked to. */
  #account(one: KeyValue, beside: ValueOf): Decision | undefined {
    if (this.options.keepSecrets) return undefined
    const {key, value, labValue} = one
    const {account} = this.#rules
    if (isSecret(key, value)) {
      if (labValue !== undefined) return this.#decision(one, 'replaced', "a secret: the lab's own", labValue)
      const user = beside(usernameBeside(key))
      if (user !== undefined && this.#isAdmin(user))
        return this.#decision(one, 'replaced', "the administrator's: the lab's own", `$ref{${account.password}}`)
      return this.#decision(one, 'left', 'a secret that the lab has no value for: put one into the overlay')
    }
    const isName = /(?:^|[._])username$/i.test(key) && key !== account.username
    if (!isName || !isSecret(passwordBeside(key), beside(passwordBeside(key))) || this.#isAdmin(value)) return undefined
    return labValue === undefined
      ? this.#decision(one, 'left', 'its password is a secret that the lab does not have')
      : this.#decision(one, 'replaced', "its password is a secret: the lab's own account", labValue)
  }

  #isAdmin(user: unknown): boolean {
    const {username} = this.#rules.account
    return isSame(user, this.#table, this.flat.get(username) ?? this.flatLab.get(username), this.#table)
  }

  /** What can't be known here: a variable without a value, an expression of a template. */
  #unknown(one: KeyValue): Decision | undefined {
    const {value, labValue} = one
    if (typeof value !== 'string') return undefined
    const variable = /\$env\{([^}]*)\}/.exec(filledIn(value, this.context.instance))?.[1]
    const why =
      variable !== undefined
        ? `the value of the environment variable ${variable} is not known`
        : hasMark(value)
          ? 'its value is known to its template alone'
          : undefined
    if (why === undefined) return undefined
    return labValue === undefined
      ? this.#decision(one, 'left', why)
      : this.#decision(one, 'replaced', `${why}: the lab's own`, labValue)
  }

  #ofMapped(one: KeyValue, {value: to, outside, isLabs}: Mapped): Decision {
    if (isLabs) return this.#decision(one, 'replaced', "none of production's nodes has this name: the lab's own", to)
    if (outside.length > 0) {
      const hosts = [...new Set(outside)].map(host => this.options.templates.restore(host))
      return this.#decision(one, 'kept', `an address outside of the lab: ${hosts.join(', ')}`, to)
    }
    if (JSON.stringify(one.value) === JSON.stringify(to)) return this.#decision(one, 'kept', 'as in production', to)
    const what = `${this.#shown(one.value)} → ${this.#shown(to)}`
    return {value: to, told: {outcome: 'mapped', what, why: "the lab's address"}}
  }
}
