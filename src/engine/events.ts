import {createInterface} from 'node:readline'
import type Docker from 'dockerode'
import {LABELS} from '../model/labels.js'

/** Without events, this often states are asked for. */
const POLL_MS = 500

const wakeAll = (waiters: ReadonlySet<() => void>) => [...waiters].forEach(wake => wake())

/** Tells when containers of a lab end, from the engine's event stream. */
export function containerEnds(docker: Docker, lab: string) {
  const closed = new AbortController()
  const waiting = new Map<string, Set<() => void>>()

  const listen = async () => {
    const stream = await docker.getEvents({
      filters: {label: [`${LABELS.lab}=${lab}`], type: ['container'], event: ['die', 'destroy']},
      abortSignal: closed.signal,
    })
    closed.signal.addEventListener('abort', () => (stream as unknown as {destroy(): void}).destroy())
    stream.on('error', () => undefined)
    for await (const line of createInterface({input: stream})) {
      const {Actor: actor} = JSON.parse(line) as {Actor?: {ID?: string}}
      wakeAll(waiting.get(actor?.ID ?? '') ?? new Set())
    }
  }
  const pollInstead = () => {
    if (closed.signal.aborted) return
    const timer = setInterval(() => [...waiting.values()].forEach(wakeAll), POLL_MS)
    closed.signal.addEventListener('abort', () => clearInterval(timer))
  }
  listen().then(pollInstead, pollInstead)

  return {
    /** Resolves at the container's next end, and now and then where there are no events: the caller asks for the state. */
    next(container: string, signal: AbortSignal): Promise<void> {
      return new Promise((resolve, reject) => {
        const set = waiting.get(container) ?? new Set()
        const wake = () => {
          set.delete(wake)
          signal.removeEventListener('abort', abort)
          resolve()
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
