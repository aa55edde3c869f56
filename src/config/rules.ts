import type {KeyList} from './known-keys.js'
import type {ConfigTable} from './table.js'

/** A value that the mapper takes for another one that stands in the file: `database.$1.type` of "mysql" gives url and driver. */
export interface Inference {
  /** `$1` stands for one name. */
  readonly key: string
  /** By value of the key: what follows from it, unless the file says otherwise. */
  readonly gives: Readonly<Record<string, Readonly<Record<string, string | boolean>>>>
}

/** A key whose value the mapper checks. */
export interface Validation {
  readonly key: string
  readonly pattern: RegExp
}

/** A key that no template of the product looks at, or looks at in vain. */
export interface DeadKey {
  readonly key: string
  readonly why: string
  /** Dead only then; `table` is the one that the key stands in. */
  readonly when?: (value: unknown, table: ConfigTable) => boolean
}

/** What a file says of the place that it is for, rather than of what runs there: in another deployment it is said anew. */
export interface PlaceRules {
  /** Keys, or whole tables, and why another deployment has its own. */
  readonly own: Readonly<Record<string, string>>
  /** The table of encrypted passwords that `$secret{}` refers to. */
  readonly secrets: string
  /** The table that has a table for each database, and the keys of such a one that make its connection. */
  readonly databases: string
  readonly connection: readonly string[]
  /** The account that nodes log in to one another with. */
  readonly account: {readonly username: string; readonly password: string}
}

/** An array of groups of addresses: those that events go to, and those where the sender logs in for them. */
export interface UrlGroup {
  readonly key: string
  readonly events: string
  readonly auth: string
  /** Each node of the server needs a group of its own: all of them must get every event. */
  readonly each?: true
  /** The component behind the addresses, where no link of the release has this key. */
  readonly server?: string
}

/** What a release's configuration mapper does with a deployment.toml, as data. */
export interface ConfigRules {
  /** Whose list of keys holds: see keys/. */
  readonly keys: KeyList
  /** The list was derived from its neighbours': a key that is not in it may be one. */
  readonly partialKeys?: true
  /** Values that the file may leave out. Only those that refer to others, or that a link or a database hangs on. */
  readonly defaults: Readonly<Record<string, string | boolean>>
  readonly inferences: readonly Inference[]
  readonly validations: readonly Validation[]
  readonly dead: readonly DeadKey[]
  /** Keys whose values must be the same on all nodes, and what breaks where they are not. */
  readonly same: Readonly<Record<string, string>>
  readonly place: PlaceRules
  /** The same for key stores. */
  readonly sameStores: Readonly<Record<string, string>>
  readonly urlGroups: readonly UrlGroup[]
  /** Switches that nodes can't do without, and what is missing where one is off. */
  readonly vital?: Readonly<Record<string, string>>
  /** Keys of texts that a template is known to write into XML as they are; `$1` stands for one name. */
  readonly rawTexts: readonly string[]
  /** Keys of addresses where public keys are fetched. */
  readonly publicKeys: readonly string[]
}

/** Keys, and environment variables, whose values nobody else may see, by their last name; `encryption.key` and `old_key` are the product's own symmetric keys. */
export const isSecretKey = (key: string): boolean =>
  /(^|[._])(password|secret|passphrase|token|credentials?|(api|private|access|secret)_?key)$|^encryption\.(old_)?key$/i.test(
    key,
  )
