import {changes, textOf, type Change} from '../changed-paths.js'
import {shownValue} from './shown-value.js'
import type {Side, SideFile, SideLink, SideNode} from './side.js'

/** Something that differs; null where one side has none. What is secret is not told, only that it differs. */
export interface Row {
  readonly key: string
  readonly a: unknown
  readonly b: unknown
  readonly secret?: true
}

/** The same difference of one or several nodes. */
export interface NodeRow extends Row {
  readonly nodes: readonly string[]
}

export interface KeyRow extends NodeRow {
  readonly file: string
  /** Sides in whose file it is not written: there it is a default, or follows from another key. */
  readonly implied: readonly ('a' | 'b')[]
}

export interface DiffLink {
  readonly id: string
  readonly what: string
}

export interface Diff {
  readonly same: boolean
  readonly a: Pick<Side, 'title' | 'release'>
  readonly b: Pick<Side, 'title' | 'release'>
  readonly notes: readonly string[]
  readonly settings: readonly Row[]
  /** Nodes that only one side has. */
  readonly nodes: {readonly onlyA: readonly string[]; readonly onlyB: readonly string[]}
  readonly images: readonly NodeRow[]
  readonly environment: readonly NodeRow[]
  readonly keys: readonly KeyRow[]
  /** Files without keys that differ. */
  readonly files: readonly {readonly file: string; readonly nodes: readonly string[]}[]
  readonly links: {readonly onlyA: readonly DiffLink[]; readonly onlyB: readonly DiffLink[]}
}

interface Pair {
  readonly name: string
  readonly a: SideNode
  readonly b: SideNode
}

function pairsOf(a: Side, b: Side): readonly Pair[] {
  const others = new Map(b.nodes.map(node => [node.name, node]))
  return a.nodes.flatMap(node => {
    const other = others.get(node.name)
    return other ? [{name: node.name, a: node, b: other}] : []
  })
}

const withoutIn = (a: Side, b: Side) => {
  const names = new Set(b.nodes.map(({name}) => name))
  return a.nodes.map(({name}) => name).filter(name => !names.has(name))
}

/** Rows that say the same of several nodes become one. Compared as they are, before anything is hidden. */
function grouped<T extends Change>(rows: readonly (T & {readonly node: string})[]): readonly (T & {nodes: string[]})[] {
  const found = new Map<string, T & {nodes: string[]}>()
  for (const {node, ...row} of rows) {
    const words = textOf(row)
    const known = found.get(words)
    if (known) known.nodes.push(node)
    else found.set(words, {...(row as unknown as T), nodes: [node]})
  }
  return [...found.values()]
}

function row({key, a, b}: Change): Row {
  const [own, other] = [shownValue(key, a), shownValue(key, b)]
  return {key, a: own.value, b: other.value, ...((own.secret || other.secret) && {secret: true as const})}
}

function imageChanges({name, a, b}: Pair): readonly (Change & {readonly node: string})[] {
  if (a.image === undefined || b.image === undefined) return []
  const isOther = a.imageId !== undefined && b.imageId !== undefined && a.imageId !== b.imageId
  if (a.image === b.image && !isOther) return []
  const text = ({image, imageId}: SideNode) =>
    isOther ? `${image} ${imageId!.replace(/^sha256:/, '').slice(0, 12)}` : image
  return [{node: name, key: 'image', a: text(a), b: text(b)}]
}

const environmentChanges = ({name, a, b}: Pair) =>
  a.environment && b.environment ? changes(a.environment, b.environment).map(change => ({...change, node: name})) : []

/** Files of the same name; what only one of two nodes has is as if the other one's were empty. */
function filePairs({a, b}: Pair) {
  const names = [...new Set([...a.files, ...b.files].map(({name}) => name))]
  const of = (node: SideNode, name: string) => node.files.find(file => file.name === name)
  return names.map(name => ({file: name, own: of(a, name), other: of(b, name)}))
}

const tableIn = (values: unknown) => (typeof values === 'string' || values === undefined ? {} : values)

/** What is written in a file, by key. */
const writtenIn = (file: SideFile | undefined) =>
  new Map(changes({}, file?.written ?? {}).map(({key, b}) => [key, textOf(b)]))

/** What is written alike on both sides, and read otherwise, follows from another key: `$ref{super_admin.password}`. It is no row. */
const keyChanges = (pair: Pair) =>
  filePairs(pair).flatMap(({file, own, other}) => {
    const written = {a: writtenIn(own), b: writtenIn(other)}
    return changes(tableIn(own?.values), tableIn(other?.values))
      .filter(({key}) => !written.a.has(key) || written.a.get(key) !== written.b.get(key))
      .map(change => ({
        ...change,
        node: pair.name,
        file,
        implied: (['a', 'b'] as const).filter(side => change[side] !== undefined && !written[side].has(change.key)),
      }))
  })

const textChanges = (pair: Pair) =>
  filePairs(pair)
    .filter(({own, other}) => [own, other].some(it => typeof it?.values === 'string') && own?.values !== other?.values)
    .map(({file}) => ({node: pair.name, key: file, a: undefined, b: undefined}))

const linkText = ({id, what}: SideLink): DiffLink => ({id, what})

/** Links that only the first has. Those of nodes that the other side lacks say nothing more than that. */
function linksWithout(a: Side, b: Side): readonly DiffLink[] {
  if (!a.links || !b.links) return []
  const gone = new Set(withoutIn(a, b))
  const known = new Set(b.links.map(({id, what}) => `${id} ${what}`))
  return a.links
    .filter(({id, what, nodes}) => !known.has(`${id} ${what}`) && !nodes.some(node => gone.has(node)))
    .map(linkText)
}

const headOf = ({title, release}: Side) => ({title, release})

/** What differs between two sides, by configuration key, image, environment and link; never by line. */
export function diff(a: Side, b: Side): Diff {
  const pairs = pairsOf(a, b)
  const found = {
    settings: a.settings === undefined || b.settings === undefined ? [] : changes(a.settings, b.settings).map(row),
    nodes: {onlyA: withoutIn(a, b), onlyB: withoutIn(b, a)},
    images: grouped(pairs.flatMap(imageChanges)).map(it => ({...row(it), nodes: it.nodes})),
    environment: grouped(pairs.flatMap(environmentChanges)).map(it => ({...row(it), nodes: it.nodes})),
    keys: grouped(pairs.flatMap(keyChanges)).map(({file, implied, nodes, ...change}) => ({
      ...row(change),
      file,
      implied,
      nodes,
    })),
    files: grouped(pairs.flatMap(textChanges)).map(({key, nodes}) => ({file: key, nodes})),
    links: {onlyA: linksWithout(a, b), onlyB: linksWithout(b, a)},
  }
  return {
    same: countOf(found) === 0,
    a: headOf(a),
    b: headOf(b),
    notes: [...new Set([...a.notes, ...b.notes, ...notCompared(a, b)])],
    ...found,
  }
}

const notCompared = (a: Side, b: Side) =>
  a.links && b.links ? [] : ['links are not compared: a folder does not tell all of them']

type Found = Omit<Diff, 'same' | 'a' | 'b' | 'notes'>

/** How many rows differ in all. */
const countOf = ({settings, nodes, images, environment, keys, files, links}: Found): number =>
  [settings, nodes.onlyA, nodes.onlyB, images, environment, keys, files, links.onlyA, links.onlyB].reduce(
    (sum, rows) => sum + rows.length,
    0,
  )
