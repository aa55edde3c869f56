import type {Pool, PoolConnection, ResultSetHeader, RowDataPacket} from 'mysql2/promise'

/** Milliseconds for one statement; a server that hangs counts as away. */
const STATEMENT_TIMEOUT = 5_000

export type Value = string | number | boolean | Date | Buffer | null

/** What runs statements: a pool, or the connection of a transaction. */
export type Runner = Pick<Pool | PoolConnection, 'query'>

const options = (sql: string, values: readonly Value[]) => ({sql, values: [...values], timeout: STATEMENT_TIMEOUT})

/** What the server says of a comparison with a text that the column's character set (latin1) can't have: nothing equals it. */
const isForeignText = (error: unknown): boolean =>
  /^ER_(CANNOT_CONVERT_STRING|CANT_AGGREGATE_)/.test(String((error as NodeJS.ErrnoException | null)?.code))

/** The rows of a SELECT; values only through `?`. */
export const rows = async <T>(on: Runner, sql: string, values: readonly Value[] = []): Promise<readonly T[]> => {
  try {
    const [found] = await on.query<RowDataPacket[]>(options(sql, values))
    return found as unknown as readonly T[]
  } catch (error) {
    if (isForeignText(error)) return []
    throw error
  }
}

/** The first row of a SELECT, or undefined. */
export const row = async <T>(on: Runner, sql: string, values: readonly Value[] = []): Promise<T | undefined> =>
  (await rows<T>(on, sql, values))[0]

/** Runs INSERT, UPDATE or DELETE: the id that it made, and how many rows it changed. */
export const change = async (
  on: Runner,
  sql: string,
  values: readonly Value[] = [],
): Promise<{readonly id: number; readonly count: number}> => {
  const [{insertId, affectedRows}] = await on.query<ResultSetHeader>(options(sql, values))
  return {id: insertId, count: affectedRows}
}

/** Runs `work` in one transaction: all of it, or nothing. */
export const transaction = async <T>(pool: Pool, work: (on: Runner) => Promise<T>): Promise<T> => {
  const connection = await pool.getConnection()
  try {
    await connection.query({sql: 'START TRANSACTION', timeout: STATEMENT_TIMEOUT})
    const result = await work(connection)
    await connection.query({sql: 'COMMIT', timeout: STATEMENT_TIMEOUT})
    connection.release()
    return result
  } catch (error) {
    // Closing the connection rolls back, also where the server no longer answers.
    connection.destroy()
    throw error
  }
}

/** Whether an error says that a row with such a key is there already. */
export const isDuplicate = (error: unknown): boolean => (error as NodeJS.ErrnoException | null)?.code === 'ER_DUP_ENTRY'

/** Whether an error says that the row which a new one refers to is gone. */
export const isOrphan = (error: unknown): boolean =>
  (error as NodeJS.ErrnoException | null)?.code === 'ER_NO_REFERENCED_ROW_2'

/** `?, ?, ?` for a list of values. */
export const marks = (values: readonly unknown[]): string => values.map(() => '?').join(', ')
