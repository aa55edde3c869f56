import type {Client} from 'pg'
import type {Access} from '../../model/release.js'
import {NoAnswer} from '../../http/outcome.js'
import {nameMs} from '../../http/time-limits.js'
import {addressesOf} from '../../names/lookup.js'
import type {DatabaseClient, InDatabase, Row} from './client.js'

async function connected<T>(login: InDatabase, limitMs: number, use: (client: Client) => Promise<T>): Promise<T> {
  const {port, user, password, database} = login
  // By its address: the package would look the name up with no limit of time.
  const [found] = await addressesOf(login.host, {timeoutMs: nameMs(limitMs)})
  const {default: pg} = await import('pg')
  const client = new pg.Client({
    host: found!.address,
    port,
    user,
    password,
    database,
    connectionTimeoutMillis: limitMs,
    query_timeout: limitMs,
    ssl: false,
  })
  // A lost connection rejects the query too; without a listener the event would end the process.
  client.on('error', () => undefined)
  try {
    await client.connect()
    return await use(client)
  } catch (error) {
    // The package has no code for it.
    throw error instanceof Error && /timeout/i.test(error.message) ? new NoAnswer(limitMs) : error
  } finally {
    client.end().catch(() => undefined)
  }
}

/** Nothing is written: the catalogue tells whether it could make tables, and write into all that are there. */
const MAY_WRITE = `
  SELECT has_schema_privilege('public', 'CREATE') AND coalesce(bool_and(has_table_privilege(oid, 'INSERT')), true) AS writes
  FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')`

const AS_WRITTEN = {getTypeParser: () => (value: string) => value}

/** syntax_error, read_only_sql_transaction. */
const ABOUT_QUERY = ['42601', '25006']

export const postgresql: DatabaseClient = {
  hasMarker: (login, limitMs) =>
    connected(login, limitMs, async client => (await client.query('SELECT release FROM marker')).rows.length > 0),
  accessOf: (login, limitMs) =>
    connected(login, limitMs, async (client): Promise<Access> => {
      const {rows} = await client.query<{writes: boolean}>(MAY_WRITE)
      return rows[0]?.writes === true ? 'all' : 'read'
    }),
  rowsOf: (login, text, limitMs) =>
    connected(login, limitMs, async (client): Promise<readonly Row[]> => {
      await client.query('SET default_transaction_read_only = on')
      const result = await client.query<(string | null)[]>({text, rowMode: 'array', types: AS_WRITTEN})
      // Several statements have a result each: the last one's is meant.
      return [result].flat().at(-1)?.rows ?? []
    }),
  isAboutQuery: error => ABOUT_QUERY.includes(String((error as {code?: unknown}).code)),
}
