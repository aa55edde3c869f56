import {createConnection} from 'mysql2/promise'
import type {MysqlLogin} from '../model/helper-protocol.js'
import {broken, failure, ok, type Outcome} from './outcome.js'

const CONNECT_MS = 2000

async function ask(login: MysqlLogin, database: string, sql: string): Promise<readonly unknown[]> {
  const connection = await createConnection({...login, database, connectTimeout: CONNECT_MS})
  // A lost connection rejects the query too; without a listener the event would end the process.
  connection.on('error', () => undefined)
  try {
    const [rows] = await connection.query(sql)
    return rows as unknown[]
  } finally {
    connection.destroy()
  }
}

/** The row that the last schema script wrote. */
export async function schemaMarker(login: MysqlLogin): Promise<Outcome> {
  try {
    const rows = await ask(login, 'apim_lab', 'SELECT `release` FROM marker')
    return rows.length > 0 ? ok('complete') : broken('its marker row is not there yet')
  } catch (error) {
    return failure(error)
  }
}

/** Whether this account gets into this database: ok when it does. */
export async function tryLogin(login: MysqlLogin, database: string): Promise<Outcome> {
  try {
    await ask(login, database, 'SELECT 1')
    return ok(`${login.user} gets in`)
  } catch (error) {
    return failure(error)
  }
}
