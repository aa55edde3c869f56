import type {Pool, PoolConnection} from 'mysql2/promise'

/**
 * A connection that was idle for longer is asked first whether it still works: the server may have ended it while this node was cut off and
 * could not hear of it. The product's pools ask too (testOnBorrow in org.wso2.carbon.apimgt.core.default.json of carbon-apimgt v6.7.206).
 */
const TRUSTED_MS = 1_000
const ANSWER_MS = 2_000

/** When each was given back; the keys are the driver's own, which a pool hands out again and again. */
const givenBack = new WeakMap<object, number>()

const isTrusted = ({connection}: PoolConnection): boolean =>
  Date.now() - (givenBack.get(connection) ?? Date.now()) < TRUSTED_MS

/** A connection of the pool that works, for one use. Throws where none can be made. */
export async function borrow(pool: Pool): Promise<PoolConnection> {
  for (;;) {
    const connection = await pool.getConnection()
    if (isTrusted(connection)) return connection
    try {
      await connection.query({sql: 'DO 0', timeout: ANSWER_MS})
      return connection
    } catch {
      // The next one is another, or a new one.
      connection.destroy()
    }
  }
}

/** Gives a connection back to its pool. */
export function giveBack(connection: PoolConnection): void {
  givenBack.set(connection.connection, Date.now())
  connection.release()
}
