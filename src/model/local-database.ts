import {LabError} from '../errors.js'

const LOCAL_DATASOURCES = ['WSO2_CARBON_DB', 'WSO2CARBON_DB', 'WSO2_MB_STORE_DB', 'WSO2MB_DB']

// Embedded only: H2, Derby and HSQLDB also have URLs that lead to a server.
const EMBEDDED = [/^jdbc:h2:(?!tcp:|ssl:)/i, /^jdbc:derby:(?!\/\/)/i, /^jdbc:hsqldb:(?!hsql:|hsqls:|http:|https:)/i]

const record = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}

const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])

/** Whether a JDBC URL leads to a file of the node itself. */
export const isEmbedded = (url: unknown): boolean =>
  typeof url === 'string' && EMBEDDED.some(pattern => pattern.test(url.trim()))

const isEmbeddedType = (type: unknown) => typeof type === 'string' && /^(h2|derby|hsqldb)$/i.test(type)

/**
 * The keys of a `deployment.toml` by which a local database leads to a server: references such as `$env{...}` too, since nobody can see
 * where they lead.
 */
export function localDatabasesElsewhere(table: Readonly<Record<string, unknown>>): readonly string[] {
  const local = record(record(table['database'])['local'])
  const addresses = [
    {key: 'database.local.url', wrong: local['url'] !== undefined && !isEmbedded(local['url'])},
    {key: 'database.local.type', wrong: local['type'] !== undefined && !isEmbeddedType(local['type'])},
    ...list(table['datasource'])
      .map(record)
      .filter(({id}) => typeof id === 'string' && LOCAL_DATASOURCES.includes(id.toUpperCase()))
      .map(({id, url}) => ({key: `datasource[id=${String(id)}].url`, wrong: url !== undefined && !isEmbedded(url)})),
  ]
  return addresses.filter(({wrong}) => wrong).map(({key}) => key)
}

/**
 * The Carbon and the message broker database belong to one node each and are embedded in it. Throws `overlay-invalid` when a
 * `deployment.toml` points one of them elsewhere.
 */
export function checkLocalDatabases(table: Readonly<Record<string, unknown>>, file: string): void {
  const [key] = localDatabasesElsewhere(table)
  if (key === undefined) return
  throw new LabError(
    'overlay-invalid',
    `${file}: ${key} points a local database at a server. The product's documentation forbids it: ` +
      'the Carbon and the message broker database are embedded, one in each node.',
    {next: [`Remove ${key} from ${file}`]},
  )
}

/** The file of the embedded Carbon database that a `deployment.toml` names, without its ending, relative to the home; undefined: the default one. */
export function localDatabaseFile(table: Readonly<Record<string, unknown>>): string | undefined {
  const {url} = record(record(table['database'])['local'])
  return typeof url === 'string' ? /^jdbc:h2:(?:file:)?([^;]+)/i.exec(url.trim())?.[1]?.trim() : undefined
}
