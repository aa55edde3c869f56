import {MARKER_DATABASE} from '../../model/database-server.js'
import type {DatabaseLogin} from '../../model/helper-protocol.js'
import type {Access} from '../../model/release.js'
import {broken, failure, ok, type Outcome} from '../../http/outcome.js'
import {askTwice} from '../../http/time-limits.js'
import type {DatabaseClient} from './client.js'
import {mysql} from './mysql.js'
import {postgresql} from './postgresql.js'

/** By the word that a server's data has for it. */
const CLIENTS: Readonly<Record<string, DatabaseClient>> = {mysql, postgresql}

/** A node that starts is asked again at once. */
const MARKER_MS = 2000

export const knowsProtocol = (protocol: string): boolean => Object.hasOwn(CLIENTS, protocol)

/** The client of a login's protocol. Throws for one that the helper does not speak. */
export function clientOf({protocol}: DatabaseLogin): DatabaseClient {
  const client = CLIENTS[protocol]
  if (!client) throw new Error(`the helper does not speak ${protocol}`)
  return client
}

/** The row that the last schema script wrote. */
export async function schemaMarker(login: DatabaseLogin): Promise<Outcome> {
  try {
    const isThere = await clientOf(login).hasMarker({...login, database: MARKER_DATABASE}, MARKER_MS)
    return isThere ? ok('complete') : broken('its marker row is not there yet')
  } catch (error) {
    return failure(error)
  }
}

export type LoginOutcome = Outcome & {readonly access?: Access}

/** Whether this account gets into this database, and what it may do there: ok when it gets in. */
export const tryLogin = (login: DatabaseLogin, database: string): Promise<LoginOutcome> =>
  askTwice(async (limitMs): Promise<LoginOutcome> => {
    try {
      const access = await clientOf(login).accessOf({...login, database}, limitMs)
      return {...ok(access === 'all' ? 'reads and writes' : 'reads, may not write'), access}
    } catch (error) {
      return failure(error)
    }
  })
