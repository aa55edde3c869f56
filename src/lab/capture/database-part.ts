import {LabError, messageOf} from '../../errors.js'
import {oneLine} from '../../model/one-line.js'
import type {DatabaseServerSpec} from '../../model/database-server.js'
import type {ObservedNode} from '../../plan/observed.js'
import {runIn} from '../run-in.js'
import {causeOf} from '../state/down-nodes.js'
import type {Captured, CaptureTools, Part} from './part.js'

const MOST_BYTES = 16 * 1024 * 1024
const MOST_ROWS = 1000

/** Columns whose values nobody else may see: passwords, tokens, keys, and what is stored as a lump that may have them. */
const SECRET_COLUMN =
  /SECRET|PASSW|SALT|CREDENTIAL|PRIVATE|API_?KEY|KEY_?STORE|SESSION|AUTHORIZATION_CODE|(ACCESS|REFRESH|ID|OAUTH|AUTH)_?TOKEN|TOKEN$|CONTENT_DATA|HASH/i

/** Of tokens: when they end, what they are called. */
const NO_SECRET = /(TIME|TYPE|STATE|PERIOD|CREATED)$|TOKEN_ID$/i

export const isSecretColumn = (column: string): boolean => SECRET_COLUMN.test(column) && !NO_SECRET.test(column)

interface Table {
  readonly name: string
  readonly columns: readonly string[]
}

/** Lines of `table<tab>column`. */
export function tablesIn(text: string): readonly Table[] {
  const tables = new Map<string, string[]>()
  for (const line of text.split('\n')) {
    const [table, column] = line.trimEnd().split('\t')
    if (table === undefined || column === undefined) continue
    tables.set(table, [...(tables.get(table) ?? []), column])
  }
  return [...tables].map(([name, columns]) => ({name, columns}))
}

/** A line with the table and its columns, then the first of its rows; what is secret does not leave the server. */
export function rowsQuery({name, columns}: Table, {quoted}: DatabaseServerSpec['dump']): string {
  const shown = columns.map(column => (isSecretColumn(column) ? `'***'` : quoted(column)))
  const heading = `# ${[name, ...columns].join(' ')}`.replaceAll("'", "''")
  return `SELECT '${heading}';\nSELECT ${shown.join(', ')} FROM ${quoted(name)} LIMIT ${MOST_ROWS};\n`
}

/** Whether a table may have more rows than are asked for. */
const isFull = (rows: string) => rows.split(/^# /m).some(table => table.split('\n').length > MOST_ROWS)

async function printed(
  node: ObservedNode,
  command: readonly string[],
  {live: {engine}, context: {signal}}: CaptureTools,
  input = '',
): Promise<{readonly text: string; readonly truncated: boolean}> {
  const {exitCode, stdout, stderr, truncated} = await runIn(engine, node, command, {
    input,
    mostBytes: MOST_BYTES,
    signal,
  })
  if (exitCode === 0) return {text: stdout.toString('utf8'), truncated}
  throw new Error(oneLine(stderr.trim().split('\n').at(-1) || `exit status ${exitCode}`, 300))
}

async function ofDatabase(database: string, node: ObservedNode, tools: CaptureTools): Promise<readonly Captured[]> {
  const {dump} = tools.live.topology!.server
  const {redactor, data} = tools
  const structure = await printed(node, dump.structure(database), tools)
  const found: Captured[] = [{path: `database/${database}.sql`, text: redactor.redact(structure.text)}]
  if (!data) return found
  const tables = tablesIn((await printed(node, dump.rowsOn(database), tools, dump.columns(database))).text)
  if (tables.length === 0) return found
  const rows = await printed(node, dump.rowsOn(database), tools, tables.map(table => rowsQuery(table, dump)).join(''))
  const secret = tables.flatMap(({columns}) => columns.filter(isSecretColumn)).length
  return [
    ...found,
    {path: `database/${database}.rows.txt`, text: redactor.redact(rows.text)},
    {what: `${database}: values of ${secret} columns`, why: 'by their names they have secrets, or lumps of data'},
    ...(isFull(rows.text)
      ? [{what: `${database}: rows after the first ${MOST_ROWS} of a table`, why: 'the file would become too large'}]
      : []),
    ...(rows.truncated ? [{what: `${database}: the last tables`, why: 'the file would become too large'}] : []),
  ]
}

export const DATABASE_PART: Part = {
  title: 'Databases',
  async collect(tools) {
    const {topology, nodes} = tools.live
    if (!topology)
      throw new LabError('lab-not-found', 'its settings are gone, so its databases are not known', {
        next: [`apim-lab up --lab ${tools.live.lab}`],
      })
    const {server} = topology
    const node = nodes.get(server.name)
    const cause = causeOf(server.name, node)
    if (!node || cause !== undefined) return [{what: 'databases', why: cause ?? `${server.name} is not there`}]
    const databases = [...new Set(topology.nodes.flatMap(it => it.databases.map(({database}) => database)))]
    const all: Captured[] = tools.data ? [] : [{what: 'rows of the databases', why: 'they were not asked for: --data'}]
    for (const database of databases)
      all.push(
        ...(await ofDatabase(database, node, tools).catch((error: unknown): readonly Captured[] => [
          {what: `database ${database}`, why: messageOf(error)},
        ])),
      )
    return all
  },
}
