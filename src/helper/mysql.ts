import {connect} from 'node:net'
import type {Connection} from 'mysql2/promise'
import type {MysqlLogin} from '../model/helper-protocol.js'
import type {Access} from '../model/release.js'
import {broken, failure, ok, type Outcome} from '../http/outcome.js'
import {nameMs, patiently} from '../http/patience.js'
import {addressesOf, lookupWithin} from '../names/lookup.js'

/** A node that starts is asked again at once. */
const MARKER_MS = 2000

async function connected<T>(
  login: MysqlLogin & {readonly database: string},
  connectTimeout: number,
  use: (connection: Connection) => Promise<T>,
): Promise<T> {
  const {host, port} = login
  // Of what a helper needs to start, this is a third: most are asked for links only, and a name that is unknown ends it here.
  await addressesOf(host, {timeoutMs: nameMs(connectTimeout)})
  const {createConnection} = await import('mysql2/promise')
  const stream = () => connect({host, port, lookup: lookupWithin(nameMs(connectTimeout))})
  const connection = await createConnection({...login, connectTimeout, stream})
  // A lost connection rejects the query too; without a listener the event would end the process.
  connection.on('error', () => undefined)
  try {
    return await use(connection)
  } finally {
    connection.destroy()
  }
}

/** The row that the last schema script wrote. */
export async function schemaMarker(login: MysqlLogin): Promise<Outcome> {
  try {
    const [rows] = await connected({...login, database: 'apim_lab'}, MARKER_MS, connection =>
      connection.query({sql: 'SELECT `release` FROM marker', timeout: MARKER_MS}),
    )
    return (rows as unknown[]).length > 0 ? ok('complete') : broken('its marker row is not there yet')
  } catch (error) {
    return failure(error)
  }
}

/** Nothing is written: the table does not exist. But MySQL tells of a right that lacks before it tells of that. */
async function accessOf(connection: Connection, timeout: number): Promise<Access> {
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

export type LoginOutcome = Outcome & {readonly access?: Access}

/** Whether this account gets into this database, and what it may do there: ok when it gets in. */
export const tryLogin = (login: MysqlLogin, database: string): Promise<LoginOutcome> =>
  patiently(async (limitMs): Promise<LoginOutcome> => {
    try {
      return await connected({...login, database}, limitMs, async connection => {
        await connection.query({sql: 'SELECT 1', timeout: limitMs})
        const access = await accessOf(connection, limitMs)
        return {...ok(access === 'all' ? 'reads and writes' : 'reads, may not write'), access}
      })
    } catch (error) {
      return failure(error)
    }
  })
