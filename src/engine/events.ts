import {createInterface} from 'node:readline'
import type Docker from 'dockerode'
import {LABELS} from '../model/labels.js'

/** Tells when containers of a lab end, from the engine's event stream. */
export function containerEnds(docker: Docker, lab: string) {
  const closed = new AbortController()
  const waiting = new Map<string, Set<() => void>>()
  let failed: unknown

  const listen = async () => {
    const stream = await docker.getEvents({
      filters: {label: [`${LABELS.lab}=${lab}`], type: ['container'], event: ['die', 'destroy']},
      abortSignal: closed.signal,
    })
    closed.signal.addEventListener('abort', () => (stream as unknown as {destroy(): void}).destroy())
    stream.on('error', () => undefined)
    for await (const line of createInterface({input: stream})) {
      const {Actor: actor} = JSON.parse(line) as {Actor?: {ID?: string}}
      for (const wake of waiting.get(actor?.ID ?? '') ?? []) wake()
    }
  }
  // Waiting goes on without events: the deadline still holds, and a waiter asks for the state first.
  listen().catch((error: unknown) => {
    failed = error
  })

  return {
    /** Resolves at the container's next end. */
    next(container: string, signal: AbortSignal): Promise<void> {
      return new Promise((resolve, reject) => {
        const set = waiting.get(container) ?? new Set()
        waiting.set(container, set.add(resolve))
        signal.addEventListener(
          'abort',
          () => {
            set.delete(resolve)
            reject(signal.reason as Error)
          },
          {once: true},
        )
      })
    },
    close(): void {
      closed.abort()
    },
    get failure(): unknown {
      return failed
    },
  }
}
