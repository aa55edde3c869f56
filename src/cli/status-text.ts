import {labOption} from '../lab/named-lab.js'
import type {LabStatus} from '../lab/status.js'
import {asTyped} from './invocation.js'
import {table} from './table.js'

const MEGABYTE = 1024 * 1024

const memory = (bytes: number) => (bytes === 0 ? '-' : `${Math.round(bytes / MEGABYTE)} MB`)

/** A lab as a person reads it: nodes, URLs, credentials, and what to type next. */
export function statusText(
  {lab, nodes, notes}: LabStatus,
  {authority, columns}: {readonly authority: string; readonly columns: number},
): string {
  if (nodes.length === 0) return `Lab ${lab} is not up.\nNext: ${asTyped(`apim-lab up${labOption(lab)}`)}`
  const image = (name: string) => name.split('/').at(-1) ?? name
  const rows = nodes.map(node => [
    node.name,
    node.state,
    memory(node.memoryBytes),
    String(node.restarts),
    image(node.image),
  ])
  const urls = new Map(nodes.map(({component, urls: own}) => [component, own]))
  const urlRows = [...urls]
    .filter(([, own]) => own.length > 0)
    .flatMap(([component, own]) => own.map((url, i) => [i === 0 ? component : '', url]))
  const option = labOption(lab)
  return [
    table(['NODE', 'STATE', 'MEMORY', 'RESTARTS', 'IMAGE'], rows, columns),
    ...(urlRows.length > 0 ? ['', table(['COMPONENT', 'URL'], urlRows, columns)] : []),
    '',
    'User admin, password admin. To trust the certificates, import',
    `  ${authority}`,
    ...notes.map(note => `Note: ${note}.`),
    '',
    'Next:',
    ...[`links${option}`, `logs${option} --follow`, `exec${option} gateway-1`, `down${option} --volumes`].map(
      command => `  ${asTyped(`apim-lab ${command}`)}`,
    ),
    '',
  ].join('\n')
}
