import assert from 'node:assert/strict'
import type {Helper} from '../../../../src/engine/engine.js'
import {HelperPool} from '../../../../src/lab/links/helper-pool.js'

/** A helper that says nothing. */
function fake() {
  const helper = {
    alive: true,
    closed: false,
    hostName: '',
    send: () => undefined,
    receive: (_pick: unknown, signal: AbortSignal) =>
      new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error))),
    close() {
      helper.closed = true
      return Promise.resolve()
    },
  }
  return helper
}

describe('helpers that stay between checks', () => {
  const taken = async (pool: HelperPool, run: string, helper = fake()) => ({
    helper,
    questions: await pool.take('gateway-1', run, () => Promise.resolve(helper as Helper)),
  })

  it('are opened once for a run of their node', async () => {
    const pool = new HelperPool(new AbortController().signal)
    const first = await taken(pool, 'run 1')
    assert.equal((await taken(pool, 'run 1')).questions, first.questions)
    const second = await taken(pool, 'run 2')
    assert.notEqual(second.questions, first.questions)
    assert.equal(first.helper.closed, true, 'it stands in the network of the run before')
    second.helper.alive = false
    assert.notEqual((await taken(pool, 'run 2')).questions, second.questions)
    await pool.close()
    assert.equal(second.helper.closed, true)
  })

  it('are opened once by two who ask at once', async () => {
    const pool = new HelperPool(new AbortController().signal)
    const [one, other] = await Promise.all([taken(pool, 'run'), taken(pool, 'run')])
    assert.equal(one.questions, other.questions)
    await pool.close()
    assert.deepEqual([one.helper.closed, other.helper.closed], [true, false], 'the second was never opened')
  })

  it('are gone when it is closed, and none is opened after that', async () => {
    const pool = new HelperPool(new AbortController().signal)
    let opened = (_: Helper) => undefined as void
    const late = fake()
    const taking = pool.take('gateway-1', 'run', () => new Promise<Helper>(resolve => (opened = resolve)))
    const closing = pool.close()
    opened(late as Helper)
    await taking
    await closing
    assert.equal(late.closed, true)
    await assert.rejects(taken(pool, 'run'))
  })

  it('are not opened after an abort', async () => {
    const over = new AbortController()
    const pool = new HelperPool(over.signal)
    over.abort()
    await assert.rejects(taken(pool, 'run'), {name: 'AbortError'})
  })
})
