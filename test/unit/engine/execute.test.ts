import assert from 'node:assert/strict'
import {execute} from '../../../src/engine/execute.js'
import type {Operation, Plan} from '../../../src/plan/operations.js'
import {silentReporter} from '../../../src/report/json.js'

const operation = (id: number, after: number[] = []): Operation => ({
  id,
  after,
  kind: 'start-container',
  service: `s${id}`,
  subject: `s${id}`,
  cause: 'test',
})

/** Runs a plan and tells in which order its operations began. */
async function run(
  plan: Plan,
  perform: (operation: Operation, signal: AbortSignal) => Promise<void>,
  signal = new AbortController().signal,
) {
  const begun: number[] = []
  const outcome = await execute(
    plan,
    async (each, until) => {
      begun.push(each.id)
      await perform(each, until)
    },
    {reporter: silentReporter, signal},
  ).then(
    () => undefined,
    (error: unknown) => error as Error,
  )
  return {begun, outcome}
}

const untilAborted = (signal: AbortSignal) =>
  new Promise<void>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)))

describe('executing a plan', () => {
  it('does what depends on nothing at once, and the rest after what it depends on', async () => {
    const {begun, outcome} = await run(
      [operation(1), operation(2, [1]), operation(3), operation(4, [2, 3])],
      async () => undefined,
    )
    assert.equal(outcome, undefined)
    assert.deepEqual(begun.slice(0, 2), [1, 3])
    assert.equal(begun.at(-1), 4)
  })

  it('begins nothing after a failure, stops what waits, and throws that failure', async () => {
    const boom = Object.assign(new Error('boom'), {statusCode: 500})
    const {begun, outcome} = await run([operation(1), operation(2), operation(3, [1])], async ({id}, signal) => {
      if (id === 1) throw boom
      await untilAborted(signal)
    })
    assert.deepEqual(begun, [1, 2])
    assert.match(outcome!.message, /boom/)
  })

  it('stops on abort', async () => {
    const controller = new AbortController()
    const {outcome} = await run(
      [operation(1), operation(2, [1])],
      async (_, signal) => {
        setImmediate(() => controller.abort())
        await untilAborted(signal)
      },
      controller.signal,
    )
    assert.equal(outcome!.name, 'AbortError')
  })
})
