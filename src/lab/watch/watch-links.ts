import {LabError} from '../../errors.js'
import type {LabEvent} from '../../lab-events/event.js'
import {linkEvents} from '../../lab-events/observed.js'
import {fold, NOTHING_SEEN, reduce} from '../../lab-events/reduce.js'
import type {LabContext} from '../context.js'
import {HelperPool} from '../links/helper-pool.js'
import {links, type LinksResult} from '../links/links.js'
import {isOver, LOOK_MS, untilAbort} from './is-over.js'
import {wakesOf} from './wakes.js'
import type {Watcher} from './watch-status.js'

/** A check takes seconds: not one for each of the nodes that start together. */
const QUIET_MS = 500

/**
 * Tells what changes in a lab's links until the abort, or until the lab is down. They are checked again when the engine says that a node
 * changed, and every 30 s. Throws what `links` throws; `lab-not-found` also when the lab has gone down.
 */
export function watchLinks(
  lab: string,
  only: readonly string[],
  context: LabContext,
  watcher: Watcher<LinksResult>,
): Promise<void> {
  const {signal} = context
  return untilAbort(signal, async () => {
    const over = new AbortController()
    const pool = new HelperPool(signal)
    try {
      const until = AbortSignal.any([signal, over.signal])
      const wakes = wakesOf(await (await context.engine()).changes(lab, until), QUIET_MS, signal)
      const check = () => links(lab, context, {only, pool})
      let found = await check()
      let state = fold(linkEvents(NOTHING_SEEN, found.rows, now()))
      watcher.begin(found)
      const feed = (event: LabEvent, {down, faults}: Pick<LinksResult, 'down' | 'faults'> = found) => {
        const before = found
        state = reduce(state, event)
        found = {rows: [...state.links.values()], down, faults}
        watcher.on(event, found, before)
      }
      for (;;) {
        await wakes.next(LOOK_MS)
        try {
          const checked = await check()
          for (const event of linkEvents(state, checked.rows, now())) feed(event, checked)
        } catch (error) {
          if (!isDown(error)) throw error
          feed({kind: 'down', at: now()}, {down: [], faults: []})
          if (await isOver(lab, context)) throw error
        }
      }
    } finally {
      over.abort()
      await pool.close()
    }
  })
}

const now = () => new Date().toISOString()

const isDown = (error: unknown) => error instanceof LabError && error.code === 'lab-not-found'
