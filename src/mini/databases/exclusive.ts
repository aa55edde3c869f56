import type {Pool} from 'mysql2/promise'
import {row, type Runner} from './sql.js'

/** Seconds to wait for another node that does the same; below the limit of one statement. */
const WAIT = 4

/**
 * Runs `work` in one transaction while no other node (and no other call) runs one of the same name on this database: for what no unique
 * key of the product's schema protects. Throws what counts as away if another holds it for too long.
 */
export const exclusive = async <T>(pool: Pool, name: string, work: (on: Runner) => Promise<T>): Promise<T> => {
  const connection = await pool.getConnection()
  try {
    // Names of locks are the whole server's and have 64 characters.
    const lock = 'SHA2(CONCAT(DATABASE(), ?), 224)'
    const got = await row<{held: number | null}>(connection, `SELECT GET_LOCK(${lock}, ?) AS held`, [name, WAIT])
    if (got?.held !== 1) throw Object.assign(new Error(`another node holds ${name}`), {code: 'ER_LOCK_WAIT_TIMEOUT'})
    await connection.query('START TRANSACTION')
    const result = await work(connection)
    await connection.query('COMMIT')
    await connection.query(`DO RELEASE_LOCK(${lock})`, [name])
    connection.release()
    return result
  } catch (error) {
    // Closing the connection rolls back and gives up the lock, also where the server no longer answers.
    connection.destroy()
    throw error
  }
}
