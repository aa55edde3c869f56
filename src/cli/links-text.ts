import type {DownNode} from '../lab/state/down-nodes.js'
import type {LinksResult} from '../lab/links/links.js'
import {isDatabaseRow, type DatabaseRow, type LinkRow, type Row} from '../lab-events/link-row.js'
import {dependentsText} from '../model/dependents.js'
import {faultLines} from './faults-text.js'
import {asTyped} from './invocation.js'

const MARKS = {ok: '✓', broken: '✗'} as const
const GAP = '  '

const cut = (text: string, columns: number) => (text.length > columns ? `${text.slice(0, columns - 1)}…` : text)

const serverOf = (row: Row) => (isDatabaseRow(row) ? `${row.server} ${row.database}` : `${row.server}:${row.port}`)

/** Everything that is known of a broken link: nothing is cut. */
function inFull(row: Row): string {
  const head = `${MARKS.broken} ${row.client} -> ${serverOf(row)}${isDatabaseRow(row) ? '' : `${GAP}${row.purpose}`}`
  const facts = isDatabaseRow(row)
    ? {access: row.access}
    : {file: row.file, key: row.key, found: row.found, expected: row.expected}
  const lines = Object.entries({...facts, detail: row.detail}).flatMap(([name, value]) =>
    value === null ? [] : [`    ${name.padEnd(8)}${GAP}${value}`],
  )
  return [head, ...lines].join('\n')
}

function linkLines(rows: readonly LinkRow[], columns: number): readonly string[] {
  const widest = (cell: (row: LinkRow) => string, most: number) =>
    Math.min(most, Math.max(...rows.map(row => cell(row).length)))
  const server = widest(serverOf, columns / 2)
  const purpose = widest(row => row.purpose, Math.floor(columns * 0.4))
  return rows.map(row => {
    const cells = [
      serverOf(row).padEnd(server),
      cut(row.purpose, purpose).padEnd(purpose),
      row.fault === undefined ? row.detail : `[${row.fault}] ${row.detail}`,
    ]
    return cut(`${GAP}${MARKS[row.state]} ${cells.join(GAP)}`, columns)
  })
}

/** One line for all databases of a client: which let it in, and which don't. */
function databaseLine(rows: readonly DatabaseRow[], columns: number): readonly string[] {
  const remote = rows.filter(({server, client}) => server !== client)
  const named = (access: DatabaseRow['access']) =>
    remote
      .filter(row => row.access === access)
      .map(({database}) => database)
      .join(', ')
  const names = (access: DatabaseRow['access']) => named(access) || 'none'
  const unknown = named('unknown') && `; not known: ${named('unknown')}`
  const faults = [...new Set(rows.flatMap(({fault}) => fault ?? []))].map(fault => `[${fault}] `).join('')
  const mark = MARKS[rows.some(({state}) => state === 'broken') ? 'broken' : 'ok']
  return rows.length === 0
    ? []
    : [
        cut(
          `${GAP}${mark} ${faults}databases allowed: ${names('allowed')}; denied: ${names('denied')}${unknown}`,
          columns,
        ),
      ]
}

/** What rows hang on that is not the link itself, a line each: nodes that are down, then what else rows say. */
export function causesOf(broken: readonly Row[], down: readonly DownNode[]): readonly string[] {
  const others = [...new Set(broken.flatMap(({cause}) => cause ?? []))].filter(
    cause => !down.some(node => node.cause === cause),
  )
  const counted = others.map(cause => {
    const own = broken.filter(row => row.cause === cause)
    const logins = own.filter(isDatabaseRow).length
    return dependentsText(cause, {links: own.length - logins, logins})
  })
  return [...down.map(({text}) => text), ...counted].map(text => `${MARKS.broken} ${text}`)
}

/** What is odd about links that work: those of one client that say the same, once. */
function warningsOf(rows: readonly Row[]): readonly string[] {
  const told = rows.flatMap(row =>
    isDatabaseRow(row) || row.warning === undefined ? [] : `${row.client}: ${row.warning}`,
  )
  return [...new Set(told)].map(text => `Warning: ${text}`)
}

/** What `links` found as a person reads it: causes, what is broken for itself in full, then a line a link, by client. */
export function linksText(
  {rows, down, faults}: Pick<LinksResult, 'down' | 'faults'> & {readonly rows: readonly Row[]},
  {lab, columns}: {readonly lab: string; readonly columns: number},
): string {
  const broken = rows.filter(({state}) => state === 'broken')
  const told = [...faultLines(faults, Date.now()), ...causesOf(broken, down)]
  const groups = [...new Set(rows.map(({client}) => client))].map(client => {
    const own = rows.filter(row => row.client === client)
    const links = own.filter((row): row is LinkRow => !isDatabaseRow(row))
    return [client, ...linkLines(links, columns), ...databaseLine(own.filter(isDatabaseRow), columns), ''].join('\n')
  })
  const option = lab === 'apim' ? '' : ` --lab ${lab}`
  const warnings = warningsOf(rows)
  return [
    ...(told.length > 0 ? [...told, ''] : []),
    ...broken.filter(({cause}) => cause === undefined).map(row => `${inFull(row)}\n`),
    ...groups,
    ...(warnings.length > 0 ? [...warnings, ''] : []),
    `${rows.length - broken.length} links ok, ${broken.length} broken`,
    ...(broken.length > 0
      ? ['', 'Next:', `  ${asTyped(`apim-lab status${option}`)}`, `  ${asTyped(`apim-lab up${option}`)}`]
      : []),
  ].join('\n')
}
