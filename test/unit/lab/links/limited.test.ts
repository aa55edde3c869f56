import assert from 'node:assert/strict'
import {setImmediate} from 'node:timers/promises'
import {limited} from '../../../../src/lab/links/limited.js'

describe('work on many things at once', () => {
  it('keeps their order and the limit', async () => {
    let now = 0
    let most = 0
    const results = await limited(3, [5, 4, 3, 2, 1, 0], async ticks => {
      most = Math.max(most, ++now)
      for (let i = 0; i < ticks; i++) await setImmediate()
      now--
      return ticks * 10
    })
    assert.deepEqual(results, [50, 40, 30, 20, 10, 0])
    assert.equal(most, 3)
  })

  it('has nothing to do for nothing, and fails with the first failure', async () => {
    assert.deepEqual(await limited(4, [], () => Promise.resolve(1)), [])
    await assert.rejects(
      limited(2, [1, 2, 3], n => (n === 2 ? Promise.reject(new Error('two')) : Promise.resolve(n))),
      /two/,
    )
  })
})
