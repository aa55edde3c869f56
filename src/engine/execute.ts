import {describeOperation, describeVerb, type Operation, type Plan} from '../plan/operations.js'
import type {Reporter} from '../report/reporter.js'
import {toLabError} from './engine-errors.js'

const DOING: Partial<Record<Operation['kind'], string>> = {
  'wait-ready': 'waiting',
  'wait-exit': 'working',
  'start-container': 'starting',
  'create-container': 'creating',
  'stop-container': 'stopping',
  'wait-end': 'stopping',
  'remove-container': 'removing',
}

const DONE: Partial<Record<Operation['kind'], string>> = {
  'wait-ready': 'ready',
  'fill-seed': 'made',
  'wait-exit': 'done',
  'remove-container': 'removed',
  'create-network': 'created',
  'create-volume': 'created',
  'remove-network': 'removed',
  'remove-volume': 'removed',
}

/**
 * Carries out a plan, every operation as soon as those before it are done. After the first failure nothing new is begun, what
 * is under way is told to stop waiting, and that failure is thrown. A text that `perform` gives back is a warning.
 */
export async function execute(
  plan: Plan,
  perform: (operation: Operation, signal: AbortSignal) => Promise<string | void>,
  {reporter, signal}: {readonly reporter: Reporter; readonly signal: AbortSignal},
): Promise<void> {
  const failure = new AbortController()
  let first: {readonly error: unknown} | undefined
  const either = AbortSignal.any([signal, failure.signal])
  const running = new Map<number, Promise<void>>()

  const run = async (operation: Operation) => {
    await Promise.all(operation.after.map(id => running.get(id)))
    either.throwIfAborted()
    const {subject, kind} = operation
    reporter.on({subject, state: 'working', text: DOING[kind] ?? describeVerb(operation)})
    let warning: string | void
    try {
      warning = await perform(operation, either)
    } catch (error) {
      if (either.aborted) throw error
      first = {error: toLabError(error, `doing "${describeOperation(operation)}"`)}
      failure.abort()
      reporter.on({subject, state: 'failed', text: describeVerb(operation)})
      throw first.error
    }
    if (warning !== undefined) return reporter.on({subject, state: 'warning', text: warning})
    const done = DONE[kind]
    if (done !== undefined) reporter.on({subject, state: 'done', text: done})
  }

  for (const operation of plan) running.set(operation.id, run(operation))
  await Promise.allSettled(running.values())
  signal.throwIfAborted()
  // It aborted the others: their failures are its echoes.
  if (first) throw first.error
}
