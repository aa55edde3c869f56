import {isTable, type ConfigTable} from '../../config/table.js'

/** An account for a MySQL database, as a configuration file has it. */
export interface Account {
  /** Key of the table that has it. */
  readonly key: string
  readonly host: string
  readonly port: number
  readonly database: string
  readonly user: string
  readonly password: string
}

const MYSQL_PORT = 3306

const text = (value: unknown) => (typeof value === 'object' || value === undefined ? '' : String(value))

/** The server and database of a `jdbc:mysql` URL; undefined for any other. */
export function readJdbcUrl(url: string): Pick<Account, 'host' | 'port' | 'database'> | undefined {
  const match = /^jdbc:(?:mysql|mariadb):\/\/(\[[^\]]+\]|[^:/?,@()]+)(?::(\d+))?\/([^?]+)/i.exec(url.trim())
  if (!match) return undefined
  return {host: match[1]!.replace(/^\[|\]$/g, ''), port: Number(match[2] ?? MYSQL_PORT), database: match[3]!}
}

function accountAt(key: string, table: ConfigTable): readonly Account[] {
  const server = readJdbcUrl(text(table['url'] ?? table['jdbcUrl']))
  return server ? [{key, ...server, user: text(table['username']), password: text(table['password'])}] : []
}

/** Every account for MySQL in a configuration, wherever it stands. Elements of arrays with a name are called by it, as in key paths. */
export function accountsIn(config: unknown, key = ''): readonly Account[] {
  if (Array.isArray(config))
    return config.flatMap((value: unknown, i) => {
      const name = isTable(value) && typeof value['name'] === 'string' ? `name=${value['name']}` : String(i)
      return accountsIn(value, `${key}[${name}]`)
    })
  if (!isTable(config)) return []
  const below = Object.entries(config).flatMap(([name, value]) =>
    accountsIn(value, key === '' ? name : `${key}.${name}`),
  )
  return [...accountAt(key, config), ...below]
}
