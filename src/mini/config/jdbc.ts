interface MysqlAddress {
  readonly host: string
  readonly port: number
  readonly database: string
}

const TLS_WANTED: Readonly<Record<string, readonly string[]>> = {
  usessl: ['true'],
  requiressl: ['true'],
  sslmode: ['required', 'verify_ca', 'verify_identity'],
}

/**
 * Reads `jdbc:mysql://host:3306/name?a=b&amp;c=d` (deployment.toml is copied into XML, hence `&amp;`; YAML has a plain `&`).
 * Throws Error with a reason that can follow "is", without the URL: people put passwords into it.
 */
export function parseMysqlUrl(url: string): MysqlAddress {
  const match = /^jdbc:mysql:\/\/([^/?]+)\/([^?]*)(?:\?(.*))?$/.exec(url.trim())
  if (!match) throw new Error('no jdbc:mysql URL')
  const [, server = '', database = '', query = ''] = match
  if (database === '') throw new Error('a jdbc:mysql URL without a database')
  const address = /^(\[[^\]]+\]|[^:,@()]+)(?::(\d+))?$/.exec(server)
  if (!address) throw new Error('a jdbc:mysql URL whose server is not host:port')
  const port = Number(address[2] ?? 3306)
  if (port < 1 || port > 65535) throw new Error(`a jdbc:mysql URL with port ${port}`)
  for (const pair of query.split(/&amp;|&/)) {
    const [name = '', value = ''] = pair.split('=')
    if (TLS_WANTED[name.toLowerCase()]?.includes(value.toLowerCase())) {
      throw new Error(`a jdbc:mysql URL with ${name}=${value}, but mini speaks to MySQL without TLS`)
    }
  }
  return {host: (address[1] ?? '').replace(/^\[|\]$/g, ''), port, database}
}

/** The file of an embedded H2 database: `jdbc:h2:./repository/database/X;DB_CLOSE_ON_EXIT=FALSE` -> `./repository/database/X`. */
export function parseH2Url(url: string): string {
  const match = /^jdbc:h2:(?:file:)?([^;]+)/.exec(url.trim())
  const path = match?.[1]?.trim() ?? ''
  if (path === '' || /^(tcp|ssl|mem|nio|zip):/.test(path)) throw new Error('no jdbc:h2 URL of a file')
  return path
}
