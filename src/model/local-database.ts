import {LabError} from '../errors.js'

const LOCAL_DATASOURCES = ['WSO2_CARBON_DB', 'WSO2CARBON_DB', 'WSO2_MB_STORE_DB', 'WSO2MB_DB']

// Embedded only: H2, Derby and HSQLDB also have URLs that lead to a server.
const EMBEDDED = [/^jdbc:h2:(?!tcp:|ssl:)/i, /^jdbc:derby:(?!\/\/)/i, /^jdbc:hsqldb:(?!hsql:|hsqls:|http:|https:)/i]

const record = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}

const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])

const isEmbedded = (url: unknown) => typeof url === 'string' && EMBEDDED.some(pattern => pattern.test(url.trim()))

const isEmbeddedType = (type: unknown) => typeof type === 'string' && /^(h2|derby|hsqldb)$/i.test(type)

/**
 * The Carbon and the message broker database belong to one node each and are embedded in it. Throws `overlay-invalid` when
 * a `deployment.toml` points one of them elsewhere: references such as `$env{...}` too, since nobody can see where they lead.
 */
export function checkLocalDatabases(table: Readonly<Record<string, unknown>>, file: string): void {
  const local = record(record(table['database'])['local'])
  const addresses = [
    {key: 'database.local.url', wrong: local['url'] !== undefined && !isEmbedded(local['url'])},
    {key: 'database.local.type', wrong: local['type'] !== undefined && !isEmbeddedType(local['type'])},
    ...list(table['datasource'])
      .map(record)
      .filter(({id}) => typeof id === 'string' && LOCAL_DATASOURCES.includes(id.toUpperCase()))
      .map(({id, url}) => ({key: `datasource[id=${String(id)}].url`, wrong: url !== undefined && !isEmbedded(url)})),
  ]
  const bad = addresses.find(({wrong}) => wrong)
  if (!bad) return
  throw new LabError(
    'overlay-invalid',
    `${file}: ${bad.key} points a local database at a server. The product's documentation forbids it: ` +
      'the Carbon and the message broker database are embedded, one in each node.',
  )
}
