import type * as z from 'zod'

/** What becomes of a file that a lab file names: its text, only its absolute path, or a mount in a container. */
export type FileKind = 'overlay' | 'config' | 'driver' | 'mount'

/** A file that a setting's value names; `below`: the place inside the setting that it is for. */
export interface FileReference {
  readonly kind: FileKind
  /** Relative to the lab file's folder and inside it. */
  readonly path: string
  readonly below: readonly string[]
}

/** The flag that asks for a setting. Its summary is the setting's text where it says none. */
export interface SettingFlag {
  readonly name: string
  readonly summary?: string
  readonly helpValue?: string
  readonly char?: 'l'
  readonly env?: string
  /** Relative to the working directory. The lab keeps it, so it becomes absolute. */
  readonly isPath?: true
}

/** A row of the table. K: schema of the setting's value. D: its default, undefined for a setting that may be absent. F: its flag. */
export interface Setting<
  K extends z.ZodType = z.ZodType,
  D = unknown,
  F extends SettingFlag | undefined = SettingFlag | undefined,
> {
  /** What it is, without a full stop: in the lab file's schema and sample, and where the flag has no summary of its own. */
  readonly text: string
  /** Where the lab file says it: `ports.offset`. Absent: a lab file can't say it. */
  readonly at?: string
  /** What the lab file may say. */
  readonly schema: z.ZodType
  /** What the lab keeps. */
  readonly kept: K
  readonly default: D
  /** The default in words, where the value does not tell. */
  readonly otherwise?: string
  /** What the sample shows where that is not the default; of a component or a node, it can have its name in it. */
  readonly example?: unknown
  /** The setting that a lab file's or a flag's value stands for; undefined: none. */
  readonly value: (written: unknown) => unknown
  /** The files that a lab file's value names. */
  readonly files: (written: unknown) => readonly FileReference[]
  readonly flag: F
  /** Only the names in its value may be shown: what they stand for can be secret, or long. */
  readonly namesOnly?: boolean
  /** `up` says nothing when it keeps it. */
  readonly quiet?: boolean
  /** Why it can't change while the lab has its databases. */
  readonly stored?: string
}

export type Settings = Readonly<Record<string, Setting>>

/** A row, checked: what it makes of a lab file's value is what the lab keeps. */
export function setting<
  S extends z.ZodType,
  K extends z.ZodType = S,
  const D extends z.output<K> | undefined = undefined,
  const F extends SettingFlag | undefined = undefined,
>(
  row: Pick<Setting, 'text' | 'at' | 'otherwise' | 'example' | 'namesOnly' | 'quiet' | 'stored'> & {
    readonly schema: S
    /** Absent: it is what the lab file says. */
    readonly kept?: K
    readonly default?: D
    /** Absent: what the lab file says, or nothing where it names files. */
    readonly value?: (written: z.output<S>) => z.output<K> | undefined
    readonly files?: (written: z.output<S>) => readonly FileReference[]
    readonly flag?: F
  },
): Setting<K, D, F> {
  const as = <T>(value: unknown) => value as T
  return {
    ...row,
    kept: row.kept ?? as<K>(row.schema),
    default: as<D>(row.default),
    value: as<Setting['value']>(row.value ?? (row.files ? () => undefined : (written: unknown) => written)),
    files: as<Setting['files']>(row.files ?? (() => [])),
    flag: as<F>(row.flag),
  }
}

type Immutable<T> = T extends object ? {readonly [K in keyof T]: Immutable<T[K]>} : T
type KeptValue<R> = R extends Setting<infer K, unknown> ? Immutable<z.output<K>> : never
type WithDefault<T> = {[K in keyof T]: T[K] extends {readonly default: undefined} ? never : K}[keyof T]
type Flagged<T> = {[K in keyof T]: T[K] extends {readonly flag: SettingFlag} ? K : never}[keyof T]

/** The type of all settings of a table: those without a default may be absent. */
export type SettingsOf<T> = {readonly [K in WithDefault<T>]: KeptValue<T[K]>} & {
  readonly [K in Exclude<keyof T, WithDefault<T>>]?: KeptValue<T[K]>
}

/** The settings of a table that flags can ask for. */
export type FlagSettingsOf<T> = {readonly [K in Flagged<T>]?: KeptValue<T[K]>}

/** Values of a table's flags, by the names of the flags. */
export type FlagValuesOf<T> = {
  readonly [K in Flagged<T> as T[K] extends {readonly flag: {readonly name: infer N extends string}} ? N : never]?:
    KeptValue<T[K]> | undefined
}

/** The defaults of a table. */
export const defaultsOf = <T extends Settings>(table: T) =>
  Object.fromEntries(
    Object.entries(table).flatMap(([key, row]) => (row.default === undefined ? [] : [[key, row.default]])),
  ) as {readonly [K in WithDefault<T>]: T[K]['default']}

/** What a setting is and what it is where nobody says anything. */
export function sentence({text, default: value, otherwise}: Setting): string {
  const none = otherwise ?? value
  return none === undefined ? text : `${text}. Default: ${none}`
}
