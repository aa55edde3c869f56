import {namesIn, type ConfigTable} from './table.js'

/** Ports of the product before its offset, by the placeholder that stands for them. */
const PORTS: Readonly<Record<string, number>> = {
  'mgt.transport.https.port': 9443,
  'mgt.transport.http.port': 9763,
  'carbon.management.port': 9443,
  'https.nio.port': 8243,
  'http.nio.port': 8280,
  'jms.port': 5672,
  'receiver.url.port': 9611,
  'auth.url.port': 9711,
}

/** Placeholders that are values of the file. */
const KEYS: Readonly<Record<string, {readonly key: string; readonly default: string}>> = {
  'carbon.host': {key: 'server.hostname', default: 'localhost'},
  'carbon.local.ip': {key: 'server.node_ip', default: '127.0.0.1'},
  'admin.username': {key: 'super_admin.username', default: 'admin'},
  'admin.password': {key: 'super_admin.password', default: 'admin'},
  'carbon.context': {key: 'server.proxy_context_path', default: '/'},
}

const FIXED: Readonly<Record<string, string>> = {'carbon.protocol': 'https'}

const at = (table: ConfigTable, key: string): unknown =>
  namesIn(key).reduce<unknown>((value, name) => (value as ConfigTable | undefined)?.[name], table)

/**
 * A text with the placeholders that the product itself replaces when it runs: its ports with the offset, its host name, its administrator.
 * Others stay. `properties` are Java system properties. Source: CarbonUtils.replaceSystemVariablesInXml and APIUtil.replaceSystemProperty
 * (carbon-kernel v4.6.0, carbon-apimgt v6.7.206).
 */
export function replacePlaceholders(
  text: string,
  table: ConfigTable,
  properties: Readonly<Record<string, string>> = {},
): string {
  const offset = Number(at(table, 'server.offset') ?? 0) || 0
  return text.replace(/\$\{(?:sys:)?([^}]*)\}/g, (whole, name: string) => {
    const port = PORTS[name]
    if (port !== undefined) return String(port + offset)
    const known = KEYS[name]
    if (known) return String(at(table, known.key) ?? known.default)
    return FIXED[name] ?? properties[name] ?? whole
  })
}

/** A table with all its texts so replaced, those of arrays of tables too. */
export function withPlaceholders(
  table: ConfigTable,
  properties: Readonly<Record<string, string>> = {},
  root: ConfigTable = table,
): ConfigTable {
  const replaced = (value: unknown): unknown => {
    if (typeof value === 'string') return replacePlaceholders(value, root, properties)
    if (Array.isArray(value)) return value.map(replaced)
    if (typeof value !== 'object' || value === null || value instanceof Date) return value
    return withPlaceholders(value as ConfigTable, properties, root)
  }
  return Object.fromEntries(Object.entries(table).map(([name, value]) => [name, replaced(value)]))
}
