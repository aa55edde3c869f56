import {createHash} from 'node:crypto'
import type {Pool} from 'mysql2/promise'
import {change, row, transaction} from '../../databases/sql.js'
import type {Incoming} from '../../events/receiver.js'
import type {Log} from '../../log.js'
import {raiseAlerts} from './alerts.js'
import {count} from './count.js'
import {sampleOf} from './samples.js'

/**
 * Puts events of a sender into the statistics: all in one transaction together with how far the sender is, so that an event counts once,
 * however often it is sent and whatever breaks off in between.
 */
export const acceptInto =
  (statistics: Pool, log: Log) =>
  async (events: readonly Incoming[], from: string): Promise<void> => {
    const sender = createHash('sha256').update(from).digest('hex')
    await transaction(statistics, async on => {
      const known = 'SELECT LAST_ID AS id FROM MINI_EVENT_SENDERS WHERE SENDER = ? FOR UPDATE'
      const last = Number((await row<{id: number}>(on, known, [sender]))?.id ?? 0)
      const fresh = events.filter(({id}) => id > last)
      const until = fresh.at(-1)?.id
      if (until === undefined) return
      const samples = fresh.flatMap(({stream, event}) => sampleOf(stream, event) ?? [])
      if (samples.length < fresh.length) {
        log('WARN', 'Analytics', `${fresh.length - samples.length} events of ${from} can't be understood`)
      }
      await count(on, samples)
      await raiseAlerts(on, samples)
      const sql =
        'INSERT INTO MINI_EVENT_SENDERS (SENDER, LAST_ID, SEEN) VALUES (?, ?, ?) ' +
        'ON DUPLICATE KEY UPDATE LAST_ID = VALUES(LAST_ID), SEEN = VALUES(SEEN)'
      await change(on, sql, [sender, until, Date.now()])
    })
  }
