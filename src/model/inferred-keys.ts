import {isTable, valueAt, withAt, withoutAt, type Table} from './config-table.js'

/** A database of `deployment.toml`: `[database.apim_db]`. Its URL and driver are inferred of the others: infer.json of product-apim, from 3.0.0 on. */
const DATABASES = 'database'
const PARTS = ['hostname', 'port', 'name']
const INFERRED = ['url', 'driver']

/** Type, host, port and name in a JDBC URL of the usual form. */
function partsOf(url: unknown): Readonly<Record<string, unknown>> {
  const found = typeof url === 'string' ? /^jdbc:(\w+):\/\/([^:/?]+):(\d+)\/([^?;]+)/.exec(url) : null
  if (!found) return {}
  const [, type, hostname, port, name] = found
  return {type, hostname, port: BigInt(port!), name}
}

function inferring(base: Table, database: string, own: Table): Table {
  if (Object.hasOwn(own, 'url') || !PARTS.some(part => Object.hasOwn(own, part))) return base
  const at = (key: string) => [DATABASES, database, key]
  const left = INFERRED.reduce((table, key) => withoutAt(table, at(key)), base)
  // What the overlay does not say is still the lab's own.
  return Object.entries(partsOf(valueAt(base, at('url')))).reduce(
    (table, [key, value]) => (valueAt(table, at(key)) === undefined ? withAt(table, at(key), value) : table),
    left,
  )
}

/**
 * The rendered table without the URL and the driver of each database that an overlay gives a host, a port or a name: the product
 * infers them of these.
 */
export function withoutInferred(base: Table, over: Table): Table {
  const databases = over[DATABASES]
  if (!isTable(databases)) return base
  return Object.entries(databases).reduce(
    (table, [name, own]) => (isTable(own) ? inferring(table, name, own) : table),
    base,
  )
}
