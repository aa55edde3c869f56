import {isMap, isSeq, parseDocument, type Document} from 'yaml'
import {flatten, isTable} from '../../../config/table.js'
import {attempt} from '../../attempt.js'
import {parseConfig, writeConfig} from '../../config-table.js'
import {withoutKeyPath} from '../../key-path.js'
import type {Release} from '../../release.js'
import {snapshotOf, stepsOf, type Case, type Phase} from '../case.js'
import {stepText} from '../step.js'

type Path = readonly (string | number)[]

/** Where a part belongs: what is changed of `when` runs on the same lab, all else needs a new one. */
export const STAGES = ['when', 'given', 'lab'] as const
export type Stage = (typeof STAGES)[number]

/** A part of a case that it may do without. The signs are none: with fewer of them anything would be the bug. */
export interface Part {
  readonly stage: Stage
  readonly kind: 'step' | 'key' | 'node'
  /** In words. */
  readonly text: string
  readonly path: Path
  /** What stands there instead; undefined: nothing. */
  readonly instead?: unknown
  /** Of a text that is TOML: the key that goes. */
  readonly tomlKey?: string
}

function stepParts(one: Case, stage: Extract<Phase, Stage>): readonly Part[] {
  return stepsOf(one, stage).flatMap((step, i): readonly Part[] => {
    const keys = Object.keys(step.config?.set ?? {})
    return [
      {stage, kind: 'step', text: `${stage}: ${step.name ?? stepText(step)}`, path: [stage, i]},
      ...(keys.length < 2
        ? []
        : keys.map((key): Part => ({
            stage,
            kind: 'key',
            text: `${stage}: ${key} of ${stepText(step)}`,
            path: [stage, i, 'config', 'set', key],
          }))),
    ]
  })
}

const leaves = (value: unknown, path: Path): readonly Path[] =>
  isTable(value) ? Object.entries(value).flatMap(([key, below]) => leaves(below, [...path, key])) : [path]

/** What every other key is laid over. */
const BASE: readonly string[] = ['release', 'snapshot']

const labParts = (lab: unknown): readonly Part[] =>
  leaves(lab ?? {}, ['lab'])
    .filter(path => path.length > 1 && !BASE.includes(String(path[1])))
    .map(path => ({stage: 'lab', kind: 'key', text: `lab: ${path.slice(1).join('.')}`, path}))

/** Components that a lab has without a word. */
function nodeParts(one: Case, {components}: Pick<Release, 'components'>): readonly Part[] {
  const {lab} = one
  // A snapshot has the nodes that it has.
  if (snapshotOf(one) !== undefined) return []
  const input = (lab?.['components'] ?? {}) as Readonly<Record<string, {readonly replicas?: unknown} | null>>
  const isOff = lab?.['analytics'] === false
  const hasAnalytics = components.some(({analytics}) => analytics)
  const absent = components
    .filter(({name, analytics, replicas}) => !analytics && replicas.usual !== 0 && input[name]?.replicas === undefined)
    .map(({name}): Part => ({
      stage: 'lab',
      kind: 'node',
      text: `node: ${name}`,
      path: ['lab', 'components', name, 'replicas'],
      instead: 0,
    }))
  return hasAnalytics && !isOff
    ? [...absent, {stage: 'lab', kind: 'node', text: 'nodes: analytics', path: ['lab', 'analytics'], instead: false}]
    : absent
}

function overlayParts({files = {}}: Case): readonly Part[] {
  return Object.entries(files).flatMap(([name, text]) => {
    const table = attempt(() => parseConfig(text, 'toml', name))
    return [...flatten(table ?? {}).keys()].map((key): Part => ({
      stage: 'lab',
      kind: 'key',
      text: `${name}: ${key}`,
      path: ['files', name],
      tomlKey: key,
    }))
  })
}

/** All that a case may do without: nodes, steps, faults, keys. What is off already is no part. */
export function partsOf(one: Case, release: Pick<Release, 'components'>): readonly Part[] {
  return [
    ...stepParts(one, 'when'),
    ...stepParts(one, 'given'),
    ...nodeParts(one, release),
    ...labParts(one.lab).filter(({path}) => !isAlreadyOff(one, path)),
    ...overlayParts(one),
  ]
}

/** A key that takes nodes away: without it the case would grow. */
function isAlreadyOff({lab}: Case, path: Path): boolean {
  const value = path.slice(1).reduce<unknown>((at, key) => (isTable(at) ? at[key] : undefined), lab)
  return (path.at(-1) === 'replicas' && value === 0) || (path.join('.') === 'lab.analytics' && value === false)
}

/** The last of a list first: the places of the others stay what they are. */
const backwards = (a: Part, b: Part): number => {
  for (const [i, own] of a.path.entries()) {
    const other = b.path[i]
    if (own === other) continue
    if (other === undefined) return -1
    return typeof own === 'number' && typeof other === 'number' ? other - own : String(other) < String(own) ? -1 : 1
  }
  return b.path.length - a.path.length
}

function drop(document: Document, {path, instead, tomlKey}: Part): void {
  if (tomlKey !== undefined) {
    const text = document.getIn(path)
    if (typeof text === 'string')
      document.setIn(path, writeConfig(withoutKeyPath(parseConfig(text, 'toml', ''), tomlKey), 'toml'))
  } else if (instead === undefined) {
    // The comment of a list's first item is the list's own to the parser.
    const list = document.getIn(path.slice(0, -1), true)
    if (isSeq(list) && path.at(-1) === 0) list.commentBefore = null
    document.deleteIn(path)
  } else {
    // A block without content is null.
    for (const end of [1, 2, 3].filter(length => length < path.length))
      if (!isMap(document.getIn(path.slice(0, end), true))) document.setIn(path.slice(0, end), document.createNode({}))
    document.setIn(path, instead)
  }
}

/** Blocks that have become empty, and texts of files that nothing names any more. */
function tidy(document: Document): void {
  for (let depth = 4; depth > 0; depth--)
    for (const path of blocksAt(document, depth)) {
      const block = document.getIn(path, true)
      if (isMap(block) && block.items.length === 0) document.deleteIn(path)
    }
  const {lab, files} = document.toJS() as {readonly lab?: unknown; readonly files?: Readonly<Record<string, string>>}
  const input = JSON.stringify(lab ?? {})
  const left = Object.keys(files ?? {}).filter(name => input.includes(JSON.stringify(name)))
  for (const name of Object.keys(files ?? {})) if (!left.includes(name)) document.deleteIn(['files', name])
  if (files && left.length === 0) document.delete('files')
  for (const phase of ['given', 'when'])
    if ((document.toJS() as Record<string, unknown>)[phase] !== undefined && emptyList(document, phase))
      document.delete(phase)
}

const emptyList = (document: Document, phase: string) => {
  const list = (document.toJS() as Record<string, unknown>)[phase]
  return Array.isArray(list) && list.length === 0
}

/** Paths below `lab` so deep. */
function blocksAt(
  document: Document,
  depth: number,
  path: readonly string[] = ['lab'],
): readonly (readonly string[])[] {
  if (depth === 1) return [path]
  const block = document.getIn(path, true)
  if (!isMap(block)) return []
  return block.items.flatMap(({key}) => blocksAt(document, depth - 1, [...path, String(key)]))
}

/** The text of a case without some of its parts; comments of what stays stay. */
export function withoutParts(text: string, parts: readonly Part[]): string {
  const document = parseDocument(text)
  for (const part of parts.toSorted(backwards)) drop(document, part)
  tidy(document)
  return document.toString({lineWidth: 0})
}
