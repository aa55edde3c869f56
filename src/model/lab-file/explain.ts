import type * as z from 'zod'
import {nearest} from '../nearest.js'
import {DATABASE_SERVERS} from '../releases/servers/index.js'
import type {SettingsTable} from '../settings/table.js'
import {LOAD_BALANCER} from '../topology.js'
import type {Fault} from './fault.js'
import {shown, shownKey} from './fault.js'
import {keysAt} from './schema.js'
import type {YamlSource} from './yaml-source.js'

export interface Known {
  readonly components: readonly string[]
}

type Issue = z.core.$ZodIssue
type Path = readonly PropertyKey[]

const MOST_GUESSED = 64

const dotted = (path: Path) => path.map(part => shownKey(String(part))).join('.')

/** Right names with the words that find them: a component's name at the top level leads to its place. */
type Candidates = ReadonlyMap<string, string>

/** The keys that may stand at a place. */
export type KeysAt = (path: Path) => Candidates

export const same = (names: readonly string[]) => names.map(name => [name, name] as const)

function didYouMean(word: string, candidates: Candidates): string {
  const names = [...candidates.keys()]
  const near = word.length <= MOST_GUESSED ? nearest(word, names) : undefined
  if (near !== undefined) return `; did you mean ${candidates.get(near)}`
  const here = [...candidates].filter(([name, place]) => name === place).map(([name]) => name)
  return here.length > 0 ? `; known here: ${here.join(', ')}` : ''
}

function keyCandidates(path: Path, known: Known, table: SettingsTable): Candidates {
  const elsewhere =
    path.length === 0
      ? known.components.map(name => [name, `components.${name}`] as const)
      : path[0] === 'gateway'
        ? keysAt(['components'], table).map(key => [key, `components.gateway.${key}`] as const)
        : []
  const here = keysAt(path, table)
  return new Map([...same(here), ...elsewhere.filter(([name]) => !here.includes(name))])
}

const componentCandidates = (known: Known): Candidates =>
  new Map([
    ...same(known.components),
    ...DATABASE_SERVERS.map(({name}) => [name, `the key ${name} at the top level`] as const),
    [LOAD_BALANCER, 'the key loadBalancer at the top level'],
  ])

function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>((at, part) => (at as Record<PropertyKey, unknown> | null | undefined)?.[part], value)
}

const needsQuotes = (issue: Issue, value: unknown) =>
  issue.code === 'invalid_type' && issue.expected === 'string' && ['number', 'boolean'].includes(typeof value)

function explainIssue(issue: Issue, source: YamlSource, keysAt: KeysAt): readonly Fault[] {
  const {path} = issue
  if (issue.code === 'unrecognized_keys') {
    const candidates = keysAt(path)
    return issue.keys.map(key => ({
      offset: source.keyOffset([...path, key]),
      message: `unknown key ${shownKey(key)}${didYouMean(key, candidates)}`,
    }))
  }
  if (issue.code === 'invalid_key') {
    const message = `${dotted(path.slice(0, -1))}: ${issue.issues[0]?.message}, got ${shown(String(path.at(-1)))}`
    return [{offset: source.keyOffset(path), message}]
  }
  const value = valueAt(source.value, path)
  const place = path.length > 0 ? `${dotted(path)}: ` : ''
  const quotes = needsQuotes(issue, value) ? '; put it in quotes' : ''
  // What a rule of our own says tells all; what a type says does not.
  const got = issue.code === 'custom' && !issue.message.startsWith('expected') ? '' : `, got ${shown(value)}${quotes}`
  return [{offset: source.valueOffset(path), message: `${place}${issue.message}${got}`}]
}

/** What a schema objects to, in the user's words and at its place. */
export function explainIssues(issues: readonly Issue[], source: YamlSource, keysAt: KeysAt): readonly Fault[] {
  return issues.flatMap(issue => explainIssue(issue, source, keysAt))
}

/** The keys that a lab file may have at a place. */
export const labFileKeys =
  (known: Known, table: SettingsTable): KeysAt =>
  path =>
    keyCandidates(path, known, table)

/** Components that no release has; `at`: where the lab's settings stand in the text. */
export function unknownKeys(source: YamlSource, known: Known, at: Path = []): readonly Fault[] {
  const components = valueAt(source.value, [...at, 'components'])
  if (typeof components !== 'object' || components === null || Array.isArray(components)) return []
  return Object.keys(components)
    .filter(
      name =>
        [...DATABASE_SERVERS.map(server => server.name), LOAD_BALANCER].includes(name) ||
        !known.components.includes(name),
    )
    .map(name => ({
      offset: source.keyOffset([...at, 'components', name]),
      message: `unknown component ${shownKey(name)}${didYouMean(name, componentCandidates(known))}`,
    }))
}
