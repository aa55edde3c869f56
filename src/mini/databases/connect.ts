import {connect} from 'node:net'
import mysql, {type Pool} from 'mysql2/promise'
import type {Database} from '../config/databases.js'
import {StartFailure} from '../failure.js'
import {lookup} from '../../names/lookup.js'
import {change, LOCK_WAIT_SECONDS, rows, using} from './sql.js'

/** After so long without a statement the server ends a connection: more than the time between two checks. */
const IDLE_SECONDS = 40

/** The pool of one database: lazy, without TLS, at most six connections. `ended` hears of each that ends. */
export function openPool(
  {host, port, name, user, password}: Database,
  connectTimeout: number,
  ended: () => void,
  idleSeconds = IDLE_SECONDS,
): Pool {
  const pool = mysql.createPool({
    host,
    port,
    user,
    password,
    database: name,
    connectTimeout,
    connectionLimit: 6,
    // As many as there may be: to close those above the driver would look each second.
    maxIdle: 6,
    stream: () => connect({host, port, lookup, noDelay: true, keepAlive: true}).once('close', ended),
  })
  // A node that was cut off amid a transaction and then ended can't close its connection: the server would keep its locks for eight hours.
  // And a statement that nobody waits for any more would wait on for a lock.
  const limits = `SET SESSION wait_timeout = ${idleSeconds}, innodb_lock_wait_timeout = ${LOCK_WAIT_SECONDS}`
  // Goes out before the first statement; where it fails, that fails too.
  pool.pool.on('connection', connection => connection.query(limits, () => undefined))
  return pool
}

/** What the server says when waiting can't help: account, database or grants are wrong. Anything else may pass. */
const HOPELESS: Readonly<Record<string, string>> = {
  ER_ACCESS_DENIED_ERROR: 'access denied; the password or the account is wrong',
  ER_ACCESS_DENIED_NO_PASSWORD_ERROR: 'access denied; the account is wrong',
  // Also what an account without rights is told about a database that does not exist.
  ER_DBACCESS_DENIED_ERROR: 'access denied; the account has no rights on this database, or it does not exist',
  ER_TABLEACCESS_DENIED_ERROR: 'access denied; the account lacks rights on a table',
  ER_HOST_NOT_PRIVILEGED: "access denied; the server takes no connection from this node's address",
  ER_BAD_DB_ERROR: 'the database does not exist',
  ER_NO_SUCH_TABLE: 'a table does not exist',
  ER_NOT_SUPPORTED_AUTH_MODE: 'the account uses an authentication plugin that mini does not know',
}

/** `database shareddb on mysql:3306 (account publisher, key database.shared_db.url)`. */
export const describe = ({name, host, port, user, key}: Database): string =>
  `database ${name} on ${host}:${port} (account ${user}, key ${key})`

/** The failure behind a driver's error, or undefined if trying again may help. */
export function hopeless(database: Database, error: unknown): StartFailure | undefined {
  if (error instanceof StartFailure) return error
  const code = error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined
  const text = code === undefined ? undefined : HOPELESS[code]
  if (text === undefined) return undefined
  return new StartFailure(`${describe(database)}: ${text}${code === 'ER_BAD_DB_ERROR' ? made(database) : ''}`)
}

const made = ({madeBy}: Database) => `; ${madeBy} should have created it`

/** Creates what the component creates itself and checks that the rest is there. Throws StartFailure naming the first table missing. */
export const verifySchema = (pool: Pool, database: Database): Promise<void> =>
  using(pool, async connection => {
    for (const sql of database.creates) await change(connection, sql)
    const sql = 'SELECT TABLE_NAME AS name FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE()'
    const there = new Set((await rows<{name: string}>(connection, sql)).map(({name}) => name.toUpperCase()))
    const missing = database.tables.find(table => !there.has(table))
    if (missing) throw new StartFailure(`${describe(database)}: table ${missing} is missing${made(database)}`)
  })

/** Throws unless the server answers. */
export const ping = (pool: Pool): Promise<void> =>
  using(pool, async connection => {
    await rows(connection, 'SELECT 1')
  })
