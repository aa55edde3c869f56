import {NEWS} from '../../events/refusal.js'
import {reasonOf} from '../../failure.js'
import type {Log} from '../../log.js'
import type {Fetched, FetchedName} from './lists.js'

/** Notifications come in bursts; and a question that had no answer is asked again. */
const DEBOUNCE_MS = 20
const RETRY_MS = 1_000
const MOST_MS = 5_000

interface Refresher {
  /** Fetches these lists soon. */
  want(names: readonly FetchedName[]): void
  close(): void
}

/**
 * Fetches lists, each question for all that was wanted meanwhile; tries on until it has them. `answered`: every question of a round had an
 * answer, be it that there is none now.
 */
export function makeRefresher(
  fetch: <N extends FetchedName>(name: N) => Promise<Fetched[N]>,
  take: (lists: Partial<Fetched>) => void,
  answered: () => void,
  log: Log,
): Refresher {
  const wanted = new Set<FetchedName>()
  let timer: NodeJS.Timeout | undefined
  let busy = false
  let closed = false
  let failures = 0

  const round = async () => {
    timer = undefined
    busy = true
    const names = [...wanted]
    wanted.clear()
    const results = await Promise.allSettled(names.map(async name => [name, await fetch(name)] as const))
    busy = false
    if (closed) return
    const got = results.flatMap(it => (it.status === 'fulfilled' ? [it.value] : []))
    if (got.length > 0) take(Object.fromEntries(got) as Partial<Fetched>)
    const reasons = results.flatMap(it => (it.status === 'rejected' ? [it.reason as unknown] : []))
    failures = reasons.length === 0 ? 0 : failures + 1
    if (failures === NEWS) log('WARN', 'Gateway', `data of the event hub is missing: ${reasonOf(reasons[0])}`)
    for (const [i, it] of results.entries()) {
      const name = names[i]
      if (it.status === 'rejected' && name) wanted.add(name)
    }
    if (reasons.every(it => it instanceof Refusal)) answered()
    if (wanted.size > 0) schedule(failures > 0 ? Math.min(MOST_MS, RETRY_MS * failures) : DEBOUNCE_MS)
  }
  const schedule = (delay: number) => {
    timer ??= setTimeout(() => void round(), delay)
  }
  return {
    want: names => {
      if (closed) return
      for (const it of names) wanted.add(it)
      if (busy) return
      if (timer && failures > 0) clearTimeout(timer)
      if (failures > 0) timer = undefined
      schedule(DEBOUNCE_MS)
    },
    close: () => {
      closed = true
      clearTimeout(timer)
    },
  }
}

/** The event hub is there and does not have the list now: it is asked again, and nothing waits for it. */
export class Refusal extends Error {}
