import type {Diff, DiffLink, NodeRow, Row} from '../model/diff/diff.js'
import {countedUnlessNone} from '../model/counted.js'

const GAP = '  '

/** Beyond this many, their number says more. */
const MOST_NAMES = 4

const nodesText = (nodes: readonly string[]) =>
  nodes.length > MOST_NAMES
    ? `${nodes.slice(0, MOST_NAMES - 1).join(', ')} and ${nodes.length - MOST_NAMES + 1} more`
    : nodes.join(', ')

interface ShownRow extends Omit<Row, 'secret'> {
  readonly secret?: boolean
  readonly implied?: readonly ('a' | 'b')[]
}

/** A line for each side that has a value. */
function rowLines({key, a, b, secret = false, implied = []}: ShownRow): readonly string[] {
  if (secret && a !== null && b !== null) return [`${GAP}AB ${key}: secrets that differ`]
  const line = (side: 'a' | 'b', value: unknown) => {
    const text = secret ? 'a secret' : JSON.stringify(value)
    const note = implied.includes(side) ? '  (default)' : ''
    return value === null ? [] : [`${GAP}${side.toUpperCase()}  ${key} = ${text}${note}`]
  }
  return [...line('a', a), ...line('b', b)]
}

const section = (title: string, lines: readonly string[]) => (lines.length === 0 ? [] : [`${title}:`, ...lines, ''])

const rows = (title: string, all: readonly ShownRow[]) => section(title, all.flatMap(rowLines))

/** Rows under the nodes that they are of. */
function rowsByNodes(title: string, all: readonly NodeRow[]): readonly string[] {
  const groups = [...new Set(all.map(({nodes}) => nodesText(nodes)))]
  return section(
    title,
    groups.flatMap(nodes => [
      GAP + nodes,
      ...all.filter(row => nodesText(row.nodes) === nodes).flatMap(row => rowLines(row).map(line => GAP + line)),
    ]),
  )
}

const linkLines = (side: string, links: readonly DiffLink[]) =>
  links.map(({id, what}) => `${GAP}${side}  ${id}${GAP}${what}`)

const cut = (text: string, columns: number) => (text.length > columns ? `${text.slice(0, columns - 1)}…` : text)

/** A file's keys under the name that tells it from the others; deployment.toml needs none. */
function keySections({keys}: Diff): readonly string[] {
  const files = [...new Set(keys.map(({file}) => file))]
  return files.flatMap(file =>
    rowsByNodes(
      files.length === 1 ? 'Configuration keys' : `Configuration keys of ${file}`,
      keys.filter(key => key.file === file),
    ),
  )
}

/** What differs, by kind; then one line of figures. Lines are cut, not wrapped: JSON has all. */
export function diffText(found: Diff, columns: number): string {
  const {a, b, notes, settings, nodes, images, environment, files, links} = found
  const onlyIn = [...nodes.onlyA.map(name => `${GAP}A  ${name}`), ...nodes.onlyB.map(name => `${GAP}B  ${name}`)]
  const figures = [
    ...countedUnlessNone(settings.length, 'setting'),
    ...countedUnlessNone(onlyIn.length, 'node'),
    ...countedUnlessNone(images.length, 'image'),
    ...countedUnlessNone(found.keys.length, 'key'),
    ...countedUnlessNone(environment.length, 'variable'),
    ...countedUnlessNone(files.length, 'file'),
    ...countedUnlessNone(links.onlyA.length + links.onlyB.length, 'link'),
  ]
  return [
    `A  ${a.title}, release ${a.release}`,
    `B  ${b.title}, release ${b.release}`,
    ...notes.map(note => `   ${note}`),
    '',
    ...[
      ...rows('Settings', settings),
      ...section('Nodes of one side only', onlyIn),
      ...rowsByNodes('Images', images),
      ...keySections(found),
      ...rowsByNodes('Environment', environment),
      ...section(
        'Files without keys that differ',
        files.map(it => `${GAP}${it.file}${GAP}[${nodesText(it.nodes)}]`),
      ),
      ...section('Links of one side only', [...linkLines('A', links.onlyA), ...linkLines('B', links.onlyB)]),
    ].map(line => cut(line, columns)),
    found.same ? 'No difference.' : `Different: ${figures.join(', ')}.`,
  ].join('\n')
}
