import type {DatabaseServerSpec} from '../../model/database-server.js'
import {isTable, type ConfigTable} from '../../config/table.js'

/** An account for a database of the lab's kind of server, as a configuration file has it. */
export interface Account {
  /** Key of the table that has it. */
  readonly key: string
  readonly host: string
  readonly port: number
  readonly database: string
  readonly user: string
  readonly password: string
}

const text = (value: unknown) => (typeof value === 'object' || value === undefined ? '' : String(value))

/** What is to be known of a server to read its URLs. */
type Dialect = Pick<DatabaseServerSpec, 'jdbc' | 'port'>

/** The server and database of a JDBC URL of this kind of server; undefined for any other. */
export function readJdbcUrl(
  url: string,
  {jdbc, port}: Dialect,
): Pick<Account, 'host' | 'port' | 'database'> | undefined {
  const schemes = jdbc.schemes.join('|')
  const match = new RegExp(`^jdbc:(?:${schemes})://(\\[[^\\]]+\\]|[^:/?,@()]+)(?::(\\d+))?/([^?]+)`, 'i').exec(
    url.trim(),
  )
  if (!match) return undefined
  return {host: match[1]!.replace(/^\[|\]$/g, ''), port: Number(match[2] ?? port), database: match[3]!}
}

function accountAt(key: string, table: ConfigTable, dialect: Dialect): readonly Account[] {
  const server = readJdbcUrl(text(table['url'] ?? table['jdbcUrl']), dialect)
  return server ? [{key, ...server, user: text(table['username']), password: text(table['password'])}] : []
}

/** Every account for this kind of server in a configuration, wherever it stands. Elements of arrays with a name are called by it, as in key paths. */
export function accountsIn(config: unknown, dialect: Dialect, key = ''): readonly Account[] {
  if (Array.isArray(config))
    return config.flatMap((value: unknown, i) => {
      const name = isTable(value) && typeof value['name'] === 'string' ? `name=${value['name']}` : String(i)
      return accountsIn(value, dialect, `${key}[${name}]`)
    })
  if (!isTable(config)) return []
  const below = Object.entries(config).flatMap(([name, value]) =>
    accountsIn(value, dialect, key === '' ? name : `${key}.${name}`),
  )
  return [...accountAt(key, config, dialect), ...below]
}
