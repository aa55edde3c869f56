import type {
  FieldPacket,
  Pool,
  PoolConnection,
  QueryOptions,
  QueryResult,
  ResultSetHeader,
  RowDataPacket,
} from 'mysql2/promise'
import {borrow, giveBack} from './borrow.js'
import {makeQueues, type Queues} from '../queues.js'

/** For one statement; a server that hangs counts as away. */
const STATEMENT_TIMEOUT_MS = 5_000

export type Value = string | number | boolean | Date | Buffer | null

/** What runs statements: a pool, or the connection of a transaction. */
export type Queryable = Pick<Pool | PoolConnection, 'query'>

const options = (sql: string, values: readonly Value[]) => ({sql, values: [...values], timeout: STATEMENT_TIMEOUT_MS})

const isPool = (on: Queryable): on is Pool => 'getConnection' in on

/** Runs one statement, on a connection that works. */
async function query<T extends QueryResult>(on: Queryable, statement: QueryOptions): Promise<[T, FieldPacket[]]> {
  if (!isPool(on)) return on.query<T>(statement)
  const connection = await borrow(on)
  try {
    return await connection.query<T>(statement)
  } finally {
    giveBack(connection)
  }
}

/** What the server says of a comparison with a text that the column's character set (latin1) can't have: nothing equals it. */
const isForeignText = (error: unknown): boolean =>
  /^ER_(CANNOT_CONVERT_STRING|CANT_AGGREGATE_)/.test(String((error as NodeJS.ErrnoException | null)?.code))

/** The rows of a SELECT; values only through `?`. */
export async function rows<T>(on: Queryable, sql: string, values: readonly Value[] = []): Promise<readonly T[]> {
  try {
    const [found] = await query<RowDataPacket[]>(on, options(sql, values))
    return found as unknown as readonly T[]
  } catch (error) {
    if (isForeignText(error)) return []
    throw error
  }
}

/** The first row of a SELECT, or undefined. */
export const row = async <T>(on: Queryable, sql: string, values: readonly Value[] = []): Promise<T | undefined> =>
  (await rows<T>(on, sql, values))[0]

/** Runs INSERT, UPDATE or DELETE: the id that it made, and how many rows it changed. */
export async function change(
  on: Queryable,
  sql: string,
  values: readonly Value[] = [],
): Promise<{readonly id: number; readonly count: number}> {
  const [{insertId, affectedRows}] = await query<ResultSetHeader>(on, options(sql, values))
  return {id: insertId, count: affectedRows}
}

/** Adds a row, given by its columns, and gives the id that it got. */
export async function insert(on: Queryable, table: string, columns: Readonly<Record<string, Value>>): Promise<number> {
  const names = Object.keys(columns)
  const sql = `INSERT INTO ${table} (${names.join(', ')}) VALUES (${marks(names)})`
  return (await change(on, sql, Object.values(columns))).id
}

/** How often work is tried that the server broke off for the sake of another transaction. */
const TRIES = 5

const isDeadlock = (error: unknown) => (error as NodeJS.ErrnoException | null)?.code === 'ER_LOCK_DEADLOCK'

/**
 * Runs `work` on a connection of its own; one that failed is not used again. Closing that rolls back and gives up locks, also where the
 * server no longer answers.
 */
export async function using<T>(pool: Pool, work: (on: Queryable) => Promise<T>): Promise<T> {
  const connection = await borrow(pool)
  try {
    const result = await work(connection)
    giveBack(connection)
    return result
  } catch (error) {
    connection.destroy()
    throw error
  }
}

/** The same, again after a deadlock. */
async function isolated<T>(pool: Pool, work: (on: Queryable) => Promise<T>, tries = TRIES): Promise<T> {
  try {
    return await using(pool, work)
  } catch (error) {
    if (tries <= 1 || !isDeadlock(error)) throw error
  }
  // Not at once: two that broke each other off would do so again.
  await new Promise(resolve => setTimeout(resolve, Math.random() * 30))
  return isolated(pool, work, tries - 1)
}

async function atomically<T>(on: Queryable, work: (on: Queryable) => Promise<T>): Promise<T> {
  await on.query(options('START TRANSACTION', []))
  const result = await work(on)
  await on.query(options('COMMIT', []))
  return result
}

/** Runs `work` in one transaction: all of it, or nothing. It is run again after a deadlock. */
export const transaction = <T>(pool: Pool, work: (on: Queryable) => Promise<T>): Promise<T> =>
  isolated(pool, on => atomically(on, work))

/** How long to wait for another node that does the same; below the limit of one statement. */
export const LOCK_WAIT_SECONDS = 4
/** Names of locks are the whole server's and have 64 characters. */
const LOCK = 'SHA2(CONCAT(DATABASE(), ?), 224)'

/**
 * `transaction`, while no other node or call runs one of the same name on this database: for what no unique key of the product's schema
 * protects. Throws what counts as away if another holds it for too long.
 */
export const exclusive = <T>(pool: Pool, name: string, work: (on: Queryable) => Promise<T>): Promise<T> =>
  queuesOf(pool)(name, () => holding(pool, name, work))

const queues = new WeakMap<Pool, Queues>()

/** Calls of this node wait here, not each with a connection of the pool, of which the one that works may need another. */
function queuesOf(pool: Pool): Queues {
  const known = queues.get(pool) ?? makeQueues()
  queues.set(pool, known)
  return known
}

const holding = <T>(pool: Pool, name: string, work: (on: Queryable) => Promise<T>): Promise<T> =>
  isolated(pool, async on => {
    const got = await row<{held: number | null}>(on, `SELECT GET_LOCK(${LOCK}, ?) AS held`, [name, LOCK_WAIT_SECONDS])
    if (got?.held !== 1) throw Object.assign(new Error(`another node holds ${name}`), {code: 'ER_LOCK_WAIT_TIMEOUT'})
    const result = await atomically(on, work)
    await on.query(options(`DO RELEASE_LOCK(${LOCK})`, [name]))
    return result
  })

/** Whether an error says that a row with such a key is there already. */
export const isDuplicate = (error: unknown): boolean => (error as NodeJS.ErrnoException | null)?.code === 'ER_DUP_ENTRY'

/** Whether an error says that the row which a new one refers to is gone. */
export const isOrphan = (error: unknown): boolean =>
  (error as NodeJS.ErrnoException | null)?.code === 'ER_NO_REFERENCED_ROW_2'

/** `?, ?, ?` for a list of values. */
export const marks = (values: readonly unknown[]): string => values.map(() => '?').join(', ')
