import {ADMIN_ACCOUNT} from '../../model/database-server.js'
import type {DatabasePair} from '../../model/link-pairs.js'
import {databasePlace, type Topology} from '../../model/topology.js'
import {accountsIn, type Account} from './accounts.js'
import type {ClientFile} from './client-files.js'
import {limited} from './limited.js'
import type {Prober} from './prober.js'
import type {DatabaseRow} from '../../lab-events/link-row.js'
import {adminLogin, notRunning, type NotRunning, type RunningLab} from './running-lab.js'

/** Who is asked for logins, and where. */
interface Asking {
  readonly prober: Prober
  readonly topology: Topology
}

const RIGHTS = {all: 'read and write', read: 'only read'} as const

const place = ({host, port, database}: Pick<Account, 'host' | 'port' | 'database'>) => `${host}:${port}/${database}`

const row = (
  {client, server, database}: DatabasePair,
  access: DatabaseRow['access'],
  state: DatabaseRow['state'],
  detail: string,
): DatabaseRow => ({client: client.name, server, database, access, state, detail})

/** The row of a pair of which one side does not run: nothing is known. */
export const stoppedDatabaseRow = (pair: DatabasePair, {detail, cause}: NotRunning): DatabaseRow => ({
  ...row(pair, 'unknown', 'broken', detail),
  cause,
})

/** The row of a pair whose server does not run: who needs it hangs on that, and nobody else gets in. */
const noServerRow = (pair: DatabasePair, stopped: NotRunning): DatabaseRow =>
  pair.access === 'none'
    ? row(pair, 'denied', 'ok', `${stopped.detail}: nobody can log in`)
    : stoppedDatabaseRow(pair, stopped)

/** Accounts that log in alike are tried once. */
function different(accounts: readonly Account[]): readonly Account[] {
  const byLogin = accounts.map(
    account => [[account.host, account.port, account.user, account.password].join('\n'), account] as const,
  )
  return [...new Map(byLogin).values()]
}

async function usedRow(
  pair: DatabasePair,
  accounts: readonly Account[],
  files: readonly ClientFile[],
  {prober, topology}: Asking,
): Promise<DatabaseRow> {
  const {server} = topology
  const account = accounts.find(({key}) => key === pair.key)
  if (!account)
    return row(
      pair,
      'denied',
      'broken',
      `${files[0]?.path ?? 'its configuration'} has no ${server.title} account at ${pair.key}`,
    )
  const {key, host, port, user, password} = account
  const {ok, detail, access, cause} = await prober.login(
    {protocol: server.protocol, host, port, user, password},
    pair.database,
  )
  const expected = place({...databasePlace(topology), database: pair.database})
  const who = `as ${user}, from ${key}`
  if (place(account) !== expected)
    return row(
      pair,
      ok ? 'allowed' : 'denied',
      'broken',
      `${who}: found ${place(account)}, expected ${expected}; there: ${detail}`,
    )
  if (ok && access !== pair.access)
    return row(pair, 'allowed', 'broken', `${who}: ${detail}, but it should ${RIGHTS[pair.access as 'all' | 'read']}`)
  return {
    ...row(
      pair,
      ok ? 'allowed' : cause === undefined ? 'denied' : 'unknown',
      ok ? 'ok' : 'broken',
      `${who}: ${detail}`,
    ),
    ...(!ok && cause !== undefined && {cause}),
  }
}

async function foreignRow(
  pair: DatabasePair,
  accounts: readonly Account[],
  {prober, topology}: Asking,
): Promise<DatabaseRow> {
  const {protocol} = topology.server
  const tries = await Promise.all(
    accounts.map(async ({key, host, port, user, password}) => {
      const {ok, detail} = await prober.login({protocol, host, port, user, password}, pair.database)
      return {ok, text: `as ${user}, from ${key}: ${detail}`}
    }),
  )
  const inside = tries.find(({ok}) => ok)
  if (inside) return row(pair, 'allowed', 'broken', `${inside.text}; it must not be able to log in`)
  return row(pair, 'denied', 'ok', tries.map(({text}) => text).join('; '))
}

/** A node without an account must not have a way to the server either. `wayIn`: tries the account that may do everything from there. */
async function noAccountRow(
  pair: DatabasePair,
  wayIn: (database: string) => ReturnType<Prober['login']>,
): Promise<DatabaseRow> {
  const none = 'no account in its configuration'
  if (pair.client.databases.length > 0) return row(pair, 'denied', 'ok', none)
  const {ok, detail} = await wayIn(pair.database)
  return ok
    ? row(pair, 'allowed', 'broken', `${none}, but the server can be reached: ${ADMIN_ACCOUNT} can log in from here`)
    : row(pair, 'denied', 'ok', `${none}, and the server can't be reached: ${detail}`)
}

/** Logins at once from one client: all clients ask the one server, and a login has to be done in time. */
const LOGINS = 2

/** Tries every database of the release with the accounts that the node's own configuration has. */
export async function databaseRows(
  pairs: readonly DatabasePair[],
  files: readonly ClientFile[],
  prober: Prober,
  running: RunningLab,
): Promise<readonly DatabaseRow[]> {
  const {topology} = running
  const {server} = topology
  const stopped = notRunning(server.name, running)
  if (stopped) return pairs.map(pair => noServerRow(pair, stopped))
  const unread = files.find(({fault}) => fault !== undefined)
  // Nobody knows which accounts such a file has: nothing is proven.
  if (unread) return pairs.map(pair => row(pair, 'denied', 'broken', `${unread.path} ${unread.fault}`))
  const accounts = files.flatMap(({config}) => accountsIn(config, server))
  const many = different(accounts)
  const admin = adminLogin(running)
  const asking = {prober, topology}
  // Once for all databases.
  let tried: ReturnType<Prober['login']> | undefined
  const wayIn = (database: string) => (tried ??= prober.login(admin, database))
  return limited(LOGINS, pairs, pair => {
    if (pair.access !== 'none') return usedRow(pair, accounts, files, asking)
    return many.length > 0 ? foreignRow(pair, many, asking) : noAccountRow(pair, wayIn)
  })
}
