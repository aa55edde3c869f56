import type {LabEvent} from '../../lab-events/event.js'
import {nodeEvents} from '../../lab-events/observed.js'
import {fold, NOTHING_SEEN, reduce, unsureNodes} from '../../lab-events/reduce.js'
import type {LabContext} from '../context.js'
import {askNodes, askOnce} from '../state/ask-nodes.js'
import type {LiveLab} from '../state/live-lab.js'
import {look} from '../state/look.js'
import {checkKnown} from '../state/pick-nodes.js'
import {statusOf, type LabStatus} from '../status.js'
import {isOver, LOOK_MS, untilAbort} from './is-over.js'
import {wakesOf} from './wakes.js'

/** What is told to whoever watches. `T`: how a lab is shown. */
export interface Watcher<T> {
  /** The lab as it is at first. */
  begin(now: T): void
  /** Something was seen. */
  on(event: LabEvent, now: T, before: T): void
}

/** A node that starts has a few events at once. */
const QUIET_MS = 100

/**
 * Tells what changes in a lab until the abort, or until the lab is down. The engine's events say when to look; a helper asks nodes that
 * are not ready yet, and is gone when all are. Throws `lab-not-found` where `status` would.
 */
export function watchStatus(lab: string, context: LabContext, watcher: Watcher<LabStatus>): Promise<void> {
  const {signal} = context
  return untilAbort(signal, async () => {
    const over = new AbortController()
    const until = {...context, signal: AbortSignal.any([signal, over.signal])}
    let asking: Asking | undefined
    try {
      // Listened to before looking: nothing that happens in between is missed.
      const wakes = wakesOf(await (await context.engine()).changes(lab, until.signal), QUIET_MS, signal)
      let {live, facts} = await look(lab, context)
      await checkKnown(lab, live.observed, live.folder, live.engine)
      let state = fold(nodeEvents(NOTHING_SEEN, facts, now()))
      state = fold(await askOnce(unsureNodes(state), live, context), state)
      watcher.begin(statusOf(state, live))

      const feed = (event: LabEvent) => {
        const before = statusOf(state, live)
        state = reduce(state, event)
        watcher.on(event, statusOf(state, live), before)
      }
      asking = new Asking(until, feed)
      for (;;) {
        asking.about(unsureNodes(state), live)
        await wakes.next(LOOK_MS)
        ;({live, facts} = await look(lab, context))
        const events = nodeEvents(state, facts, now())
        events.forEach(feed)
        if (events.some(({kind}) => kind === 'down') && (await isOver(lab, context))) return
      }
    } finally {
      over.abort()
      await asking?.ended()
    }
  })
}

const now = () => new Date().toISOString()

/** A helper that asks the nodes that are not ready, for as long as there are any. */
class Asking {
  /** Nodes that are asked now. */
  #asked = new Set<string>()
  #stop = new AbortController()
  #done: Promise<void> = Promise.resolve()

  constructor(
    private readonly context: Pick<LabContext, 'version' | 'signal'>,
    private readonly feed: (event: LabEvent) => void,
  ) {}

  about(nodes: readonly string[], live: LiveLab): void {
    if (nodes.length > 0 && nodes.every(node => this.#asked.has(node))) return
    this.#stop.abort()
    this.#stop = new AbortController()
    this.#asked = new Set(nodes)
    if (nodes.length > 0) this.#done = this.#ask(this.#done, this.#asked, live, this.#stop.signal)
  }

  async #ask(before: Promise<void>, asked: Set<string>, live: LiveLab, stop: AbortSignal): Promise<void> {
    await before
    const {version} = this.context
    const signal = AbortSignal.any([this.context.signal, stop])
    try {
      for await (const event of askNodes([...asked], live, {version, signal})) {
        if (signal.aborted) continue
        if (event.ready) asked.delete(event.node)
        this.feed(event)
      }
    } catch {
      // It went with the lab, or could not be had: the next look finds out what is to be asked.
    }
    asked.clear()
  }

  /** Resolves when its helper is gone. */
  ended(): Promise<void> {
    this.#stop.abort()
    return this.#done
  }
}
