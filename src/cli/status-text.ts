import {labOption} from '../lab/resolve/named-lab.js'
import type {LabStatus} from '../lab/status.js'
import {faultLines} from './faults-text.js'
import {asTyped} from './invocation.js'
import {table} from './table.js'

const MEGABYTE = 1024 * 1024

const memory = (bytes: number) => (bytes === 0 ? '-' : `${Math.round(bytes / MEGABYTE)} MB`)

const image = (name: string) => name.split('/').at(-1) ?? name

/** A line a node. */
export function nodeTable({nodes}: Pick<LabStatus, 'nodes'>, columns: number): string {
  const rows = nodes.map(node => [
    node.name,
    node.faults.length > 0 ? `${node.state}, fault` : node.state,
    memory(node.memoryBytes),
    String(node.restarts),
    image(node.image),
  ])
  return table(['NODE', 'STATE', 'MEMORY', 'RESTARTS', 'IMAGE'], rows, columns)
}

/** What is broken on purpose, then nodes that do not run, with what hangs on them, and how each ended. */
export const wrongLines = ({nodes, down, faults}: Pick<LabStatus, 'nodes' | 'down' | 'faults'>): readonly string[] => [
  ...faultLines(faults, Date.now()),
  ...down.map(({text}) => `✗ ${text}`),
  ...nodes.flatMap(({name, ended}) => (ended ? [`${name} ${ended.text}`] : [])),
]

/** A lab as a person reads it: nodes, URLs, credentials, and what to type next. */
export function statusText(
  status: LabStatus,
  {authority, columns}: {readonly authority: string; readonly columns: number},
): string {
  const {lab, nodes, notes, down, faults} = status
  if (nodes.length === 0) return `Lab ${lab} is not up.\nNext: ${asTyped(`apim-lab up${labOption(lab)}`)}`
  const urls = new Map(nodes.map(({component, urls: own}) => [component, own]))
  const urlRows = [...urls]
    .filter(([, own]) => own.length > 0)
    .flatMap(([component, own]) => own.map((url, i) => [i === 0 ? component : '', url]))
  const option = labOption(lab)
  // The one that users have most ways to.
  const example = nodes.reduce((best, node) => (node.urls.length > best.urls.length ? node : best))
  const wrong = wrongLines(status)
  return [
    ...(wrong.length > 0 ? [...wrong, ''] : []),
    nodeTable(status, columns),
    ...(urlRows.length > 0 ? ['', table(['COMPONENT', 'URL'], urlRows, columns)] : []),
    '',
    'User admin, password admin. To trust the certificates, import',
    `  ${authority}`,
    ...notes.map(note => `Note: ${note}.`),
    '',
    'Next:',
    ...[
      ...(faults.length > 0 ? [`fault clear${option}`] : []),
      ...(down.length > 0 ? [`start${option}`] : []),
      `links${option}`,
      `logs${option} --follow`,
      `exec${option} ${example.name}`,
      `down${option} --volumes`,
    ].map(command => `  ${asTyped(`apim-lab ${command}`)}`),
    '',
  ].join('\n')
}
