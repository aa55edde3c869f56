import {inferred} from './infer.js'
import type {ConfigRules} from './rules.js'
import {flatten, unflatten, type ConfigTable} from './table.js'

/** What a file's references are resolved from. */
export interface Surroundings {
  /** Environment variables; absent where nobody knows them: then `$env{}` stays as it stands. */
  readonly env?: Readonly<Record<string, string | undefined>>
  /** Java system properties, for `$sys{}`; absent where nobody knows them. */
  readonly properties?: Readonly<Record<string, string>>
}

export type FaultCode =
  'reference-unknown' | 'reference-circle' | 'variable-unknown' | 'secret-unknown' | 'value-refused'

/** Why the product would end before it starts, in the words of its mapper. */
export interface ConfigFault {
  readonly code: FaultCode
  /** The key that has the reference or the value. */
  readonly key: string
  /** What it refers to: a key, a variable, a secret. */
  readonly about: string
  readonly message: string
  /** The key stands in no file: a default of the product refers to something that the file lacks. */
  readonly isDefault: boolean
}

export interface Resolution {
  /** The file as the product reads it: with what it infers, with defaults that matter, references replaced. */
  readonly table: ConfigTable
  readonly faults: readonly ConfigFault[]
}

type Values = Map<string, unknown>

/** Text inside `$kind{...}` in a string. */
const references = (kind: string) => new RegExp(`\\$${kind}\\{([^}]*)\\}`, 'g')

const REF = references('ref')
const ENV = references('env')
const SYS = references('sys')
const SECRET = references('secret')

/** Strings of a value that the mapper resolves: itself, or the strings of a list; in an array of tables it resolves nothing. */
const stringsOf = (value: unknown): readonly string[] =>
  (Array.isArray(value) ? (value as unknown[]) : [value]).filter(item => typeof item === 'string')

const mapStrings = (value: unknown, change: (text: string) => unknown): unknown =>
  typeof value === 'string'
    ? change(value)
    : Array.isArray(value)
      ? value.map((item: unknown) => (typeof item === 'string' ? change(item) : item))
      : value

const namesOf = (value: unknown, pattern: RegExp): readonly string[] =>
  stringsOf(value).flatMap(text => [...text.matchAll(pattern)].map(([, name = '']) => name))

class Resolver {
  readonly faults: ConfigFault[] = []

  constructor(
    readonly values: Values,
    readonly written: ReadonlySet<string>,
  ) {}

  fault(code: FaultCode, key: string, about: string, message: string): void {
    this.faults.push({code, key, about, message, isDefault: !this.written.has(key)})
  }

  /** `$env{}` or `$sys{}` of all values. */
  variables(
    pattern: RegExp,
    known: Readonly<Record<string, string | undefined>>,
    message: (name: string) => string,
  ): void {
    for (const [key, value] of this.values) {
      const missing = namesOf(value, pattern).filter(name => known[name] === undefined)
      for (const name of missing) this.fault('variable-unknown', key, name, message(name))
      this.values.set(
        key,
        mapStrings(value, text => text.replace(pattern, (whole, name: string) => known[name] ?? whole)),
      )
    }
  }

  /** `$secret{}` is resolved when the product runs: the mapper only wants them to be in [secrets]. Tables of arrays are looked at too. */
  secrets(): void {
    for (const [key, value] of this.values) {
      const texts = Array.isArray(value)
        ? value.flatMap((item: unknown) => (typeof item === 'object' && item !== null ? Object.values(item) : [item]))
        : [value]
      for (const name of namesOf(texts, SECRET))
        if (this.values.get(`secrets.${name}`) === undefined)
          this.fault('secret-unknown', key, name, `Secret references can't be resolved for ${name}`)
    }
  }

  references(): void {
    for (const key of this.values.keys()) this.#resolve(key, [])
  }

  #resolve(key: string, above: readonly string[]): void {
    const value = this.values.get(key)
    for (const name of namesOf(value, REF)) {
      if (name === key || above.includes(name)) {
        this.fault('reference-circle', key, name, `References can't be resolved for ${key}`)
        return
      }
      if (!this.values.has(name)) {
        this.fault('reference-unknown', key, name, `Configuration with key ${name} doesn't exist`)
        continue
      }
      this.#resolve(name, [...above, key])
    }
    const replace = (text: string) => {
      const whole = /^\$ref\{([^}]*)\}$/.exec(text)?.[1]
      const found = whole === undefined ? undefined : this.values.get(whole)
      // A list or a boolean takes the place of the whole string.
      if (Array.isArray(found) || typeof found === 'boolean') return found
      return text.replace(REF, (reference, name: string) => {
        const inner = this.values.get(name)
        return inner === undefined || typeof inner === 'object' ? reference : String(inner)
      })
    }
    this.values.set(key, mapStrings(value, replace))
  }
}

/**
 * What WSO2's configuration mapper makes of a deployment.toml, in its order: inference, defaults, secrets, system properties,
 * environment, references, validation (ConfigParser.java, ReferenceResolver.java of wso2/config-mapper v1.0.2). Never throws: what ends the
 * product is a fault.
 */
export function resolveConfig(table: ConfigTable, rules: ConfigRules, around: Surroundings = {}): Resolution {
  const written = flatten(table)
  const values: Values = new Map([
    ...Object.entries(rules.defaults),
    ...inferred(written, rules.inferences),
    ...written,
  ])
  const resolver = new Resolver(values, new Set(written.keys()))
  resolver.secrets()
  if (around.properties)
    resolver.variables(SYS, around.properties, name => `Error while retrieving ${name} system property`)
  if (around.env) resolver.variables(ENV, around.env, name => `Environment variable ${name} not defined in system`)
  resolver.references()
  for (const {key, pattern} of rules.validations) {
    const value = values.get(key) ?? ''
    if (typeof value === 'string' && !/\$(env|sys|secret)\{/.test(value) && !pattern.test(value))
      resolver.fault(
        'value-refused',
        key,
        value,
        `Validation failed for ${key}. Expected value to match "${pattern.source}", but was ${value || 'an empty string'}`,
      )
  }
  return {table: unflatten(values), faults: unique(resolver.faults)}
}

/** One fault for each thing that is missing: several defaults may refer to it. */
const unique = (faults: readonly ConfigFault[]) =>
  faults.filter(
    (fault, i) =>
      faults.findIndex(
        other =>
          other.code === fault.code && other.about === fault.about && (fault.isDefault || other.key === fault.key),
      ) === i,
  )

/** Keys that a file must have or let the mapper infer, since defaults refer to them; with the default that does. */
export function requiredKeys({defaults}: ConfigRules): ReadonlyMap<string, string> {
  return new Map(
    Object.entries(defaults).flatMap(([key, value]) =>
      namesOf(value, REF)
        .filter(name => !Object.hasOwn(defaults, name))
        .map(name => [name, key] as const),
    ),
  )
}
