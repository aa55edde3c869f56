import type {Engine} from '../../engine/engine.js'
import {nanosOf, wholeSeconds} from '../../model/instant.js'
import type {NodeInstance} from '../../plan/observed.js'

const FIRST = /^Full thread dump /
/** HotSpot prints the heap after the threads, and this last; without compressed class pointers it is not there. */
const LAST = /^\s+class space\s+used /

/** A busy JVM waits for all threads to stand still. */
const MOST_MS = 15_000
/** Of a dump that has begun: no further line comes. */
const QUIET_MS = 2000

/** The thread dump that a JVM writes to its node's log from then on (nanoseconds since 1970); undefined where none comes. */
export async function dumpInLog(
  engine: Pick<Engine, 'logs'>,
  node: NodeInstance,
  since: bigint,
  signal: AbortSignal,
): Promise<string | undefined> {
  const over = new AbortController()
  const end = () => over.abort()
  let timer = setTimeout(end, MOST_MS)
  const lines: string[] = []
  const until = AbortSignal.any([signal, over.signal])
  try {
    for await (const {at, line} of engine.logs(node, {since: wholeSeconds(since), follow: true, signal: until})) {
      if ((nanosOf(at) ?? since) < since || (lines.length === 0 && !FIRST.test(line))) continue
      lines.push(line)
      if (LAST.test(line)) break
      clearTimeout(timer)
      timer = setTimeout(end, QUIET_MS)
    }
  } finally {
    clearTimeout(timer)
    end()
  }
  signal.throwIfAborted()
  return lines.length === 0 ? undefined : `${lines.join('\n')}\n`
}
