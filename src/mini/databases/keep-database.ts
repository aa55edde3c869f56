import type {Pool} from 'mysql2/promise'
import type {Database} from '../config/databases.js'
import {reasonOf, type StartFailure} from '../failure.js'
import {backoff, pause} from '../retry.js'
import type {Log} from '../log.js'
import {describe, hopeless, openPool, ping, verifySchema} from './connect.js'

interface DatabaseStatus {
  readonly state: 'connected' | 'connecting'
  readonly detail: string
}

export interface KeptDatabase {
  readonly database: Database
  readonly pool: Pool
  status(): DatabaseStatus
  close(): Promise<void>
}

interface DatabaseEvents {
  readonly log: Log
  readonly onChange: () => void
  /** Schema, account or database are wrong, and it never worked: the node can't start. */
  readonly onHopeless: (failure: StartFailure) => void
}

/** Milliseconds. */
export interface DatabaseTimes {
  readonly connectTimeout: number
  readonly checkEvery: number
}

/** Connects a database, verifies its schema and watches it for ever; the pool recovers when the server comes back. */
export function keepDatabase(database: Database, times: DatabaseTimes, events: DatabaseEvents): KeptDatabase {
  const {log, onChange, onHopeless} = events
  const stop = new AbortController()
  /** Aborted when a connection of the pool ends: a server that ends is noticed at once. */
  let ended = new AbortController()
  const pool = openPool(database, times.connectTimeout, () => ended.abort())
  let status: DatabaseStatus = {state: 'connecting', detail: 'not tried yet'}
  let verified = false
  const change = (state: DatabaseStatus['state'], detail: string) => {
    if (state !== status.state) {
      const lost = state === 'connecting'
      log(lost ? 'WARN' : 'INFO', 'Database', `${lost ? 'lost' : 'connected to'} ${describe(database)}: ${detail}`)
    }
    status = {state, detail}
    onChange()
  }

  const run = async () => {
    let failures = 0
    while (!stop.signal.aborted) {
      ended = new AbortController()
      try {
        // Verified anew after each loss: a server that came back may have come back empty.
        await (status.state === 'connected' ? ping(pool) : verifySchema(pool, database))
        failures = 0
        verified = true
        if (status.state !== 'connected') change('connected', 'schema verified')
      } catch (error) {
        if (stop.signal.aborted) return
        failures++
        const failure = hopeless(database, error)
        if (failure && !verified) return onHopeless(failure)
        change('connecting', failure ? failure.message : reasonOf(error))
        // Once, not at every try: the server may be away for hours.
        if (failures === 5)
          log('WARN', 'Database', `can't connect to ${describe(database)}: ${status.detail}; retrying`)
      }
      // A try that failed ended its connection too: only the end of one that worked is news.
      if (failures === 0) await pause(times.checkEvery, stop.signal, ended.signal)
      else await pause(backoff(failures), stop.signal)
    }
  }
  void run()
  const close = async () => {
    stop.abort()
    await pool.end().catch(() => undefined)
  }
  return {database, pool, status: () => status, close}
}
