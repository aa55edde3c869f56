import {createConnection, type Connection} from 'mysql2/promise'
import type {MysqlLogin} from '../model/helper-protocol.js'
import type {Access} from '../model/release.js'
import {broken, failure, ok, type Outcome} from '../http/outcome.js'

/** A node that starts is asked again at once; one that is checked is asked once, perhaps on a busy machine. */
const MARKER_MS = 2000
const LOGIN_MS = 8000

async function connected<T>(
  login: MysqlLogin & {readonly database: string},
  connectTimeout: number,
  use: (connection: Connection) => Promise<T>,
): Promise<T> {
  const connection = await createConnection({...login, connectTimeout})
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
      connection.query('SELECT `release` FROM marker'),
    )
    return (rows as unknown[]).length > 0 ? ok('complete') : broken('its marker row is not there yet')
  } catch (error) {
    return failure(error)
  }
}

/** Nothing is written: the table does not exist. But MySQL tells of a right that lacks before it tells of that. */
async function accessOf(connection: Connection): Promise<Access> {
  try {
    await connection.query('INSERT INTO apim_lab_no_such_table VALUES (1)')
    return 'all'
  } catch (error) {
    const {code} = error as {code?: unknown}
    if (code === 'ER_NO_SUCH_TABLE') return 'all'
    if (code === 'ER_TABLEACCESS_DENIED_ERROR') return 'read'
    throw error
  }
}

/** Whether this account gets into this database, and what it may do there: ok when it gets in. */
export async function tryLogin(login: MysqlLogin, database: string): Promise<Outcome & {readonly access?: Access}> {
  try {
    return await connected({...login, database}, LOGIN_MS, async connection => {
      await connection.query('SELECT 1')
      const access = await accessOf(connection)
      return {...ok(access === 'all' ? 'reads and writes' : 'reads, may not write'), access}
    })
  } catch (error) {
    return failure(error)
  }
}
