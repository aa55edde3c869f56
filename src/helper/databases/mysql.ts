import {connect} from 'node:net'
import type {Connection} from 'mysql2/promise'
import type {Access} from '../../model/release.js'
import {nameMs} from '../../http/time-limits.js'
import {addressesOf, lookupWithin} from '../../names/lookup.js'
import type {DatabaseClient, InDatabase, Row} from './client.js'

async function connected<T>(
  login: InDatabase,
  connectTimeout: number,
  use: (connection: Connection) => Promise<T>,
): Promise<T> {
  const {host, port, user, password, database} = login
  // Of what a helper needs to start, this is a third: most are asked for links only, and a name that is unknown ends it here.
  await addressesOf(host, {timeoutMs: nameMs(connectTimeout)})
  const {createConnection} = await import('mysql2/promise')
  const stream = () => connect({host, port, lookup: lookupWithin(nameMs(connectTimeout))})
  const connection = await createConnection({host, port, user, password, database, connectTimeout, stream})
  // A lost connection rejects the query too; without a listener the event would end the process.
  connection.on('error', () => undefined)
  try {
    return await use(connection)
  } finally {
    connection.destroy()
  }
}

/** Nothing is written: the table does not exist. But MySQL tells of a right that lacks before it tells of that. */
async function rightsOf(connection: Connection, timeout: number): Promise<Access> {
  try {
    await connection.query({sql: 'INSERT INTO apim_lab_no_such_table VALUES (1)', timeout})
    return 'all'
  } catch (error) {
    const {code} = error as {code?: unknown}
    if (code === 'ER_NO_SUCH_TABLE') return 'all'
    if (code === 'ER_TABLEACCESS_DENIED_ERROR') return 'read'
    throw error
  }
}

const ABOUT_QUERY = ['ER_PARSE_ERROR', 'ER_EMPTY_QUERY', 'ER_CANT_EXECUTE_IN_READ_ONLY_TRANSACTION']

export const mysql: DatabaseClient = {
  async hasMarker(login, timeout) {
    const [rows] = await connected(login, timeout, connection =>
      connection.query({sql: 'SELECT `release` FROM marker', timeout}),
    )
    return (rows as unknown[]).length > 0
  },
  accessOf: (login, timeout) =>
    connected(login, timeout, async connection => {
      await connection.query({sql: 'SELECT 1', timeout})
      return rightsOf(connection, timeout)
    }),
  rowsOf: (login, sql, timeout) =>
    connected(login, timeout, async connection => {
      await connection.query({sql: 'SET SESSION TRANSACTION READ ONLY', timeout})
      const [rows] = await connection.query({sql, timeout, rowsAsArray: true, typeCast: field => field.string()})
      // What gives no rows is told in another way.
      return Array.isArray(rows) ? (rows as Row[]) : []
    }),
  isAboutQuery: error => ABOUT_QUERY.includes(String((error as {code?: unknown}).code)),
}
