import {createInterface} from 'node:readline'
import type Docker from 'dockerode'
import {LABELS} from '../model/labels.js'

/** Without events, this often states are asked for. */
const POLL_MS = 500

/** Whether the engine told of an end, or it is only time to ask. */
export type Wake = 'ended' | 'ask'

type Waiters = ReadonlySet<(wake: Wake) => void>

const wakeAll = (waiters: Waiters, why: Wake) => [...waiters].forEach(wake => wake(why))

export type ContainerEnds = ReturnType<typeof containerEnds>

/** Tells when containers of a lab end, from the engine's event stream. */
export function containerEnds(docker: Docker, lab: string) {
  const closed = new AbortController()
  const waiting = new Map<string, Set<(why: Wake) => void>>()

  const listen = async () => {
    const stream = await docker.getEvents({
      filters: {label: [`${LABELS.lab}=${lab}`], type: ['container'], event: ['die', 'destroy']},
      abortSignal: closed.signal,
    })
    closed.signal.addEventListener('abort', () => (stream as unknown as {destroy(): void}).destroy())
    stream.on('error', () => undefined)
    for await (const line of createInterface({input: stream})) {
      const {Actor: actor} = JSON.parse(line) as {Actor?: {ID?: string}}
      wakeAll(waiting.get(actor?.ID ?? '') ?? new Set(), 'ended')
    }
  }
  const pollInstead = () => {
    if (closed.signal.aborted) return
    const timer = setInterval(() => [...waiting.values()].forEach(waiters => wakeAll(waiters, 'ask')), POLL_MS)
    closed.signal.addEventListener('abort', () => clearInterval(timer))
  }
  listen().then(pollInstead, pollInstead)

  return {
    /** Resolves at the container's next end, and now and then where there are no events: the caller asks for the state. */
    next(container: string, signal: AbortSignal): Promise<Wake> {
      return new Promise((resolve, reject) => {
        const set = waiting.get(container) ?? new Set()
        const wake = (why: Wake) => {
          set.delete(wake)
          signal.removeEventListener('abort', abort)
          resolve(why)
        }
        const abort = () => {
          set.delete(wake)
          reject(signal.reason as Error)
        }
        waiting.set(container, set.add(wake))
        signal.addEventListener('abort', abort, {once: true})
      })
    },
    close(): void {
      closed.abort()
    },
  }
}
