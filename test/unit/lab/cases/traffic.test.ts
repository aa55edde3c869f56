import assert from 'node:assert/strict'
import {arrivals} from '../../../../src/lab/cases/runners/traffic.js'
import {randomFrom} from '../../../../src/model/faults/schedule.js'

describe('arrivals of traffic', () => {
  it('are as far apart as each other', () => {
    assert.deepEqual(arrivals(4, 1000, 'even', randomFrom(1)), [0, 250, 500, 750])
  })

  it('come as from many users, the same with the same seed, as many as the rate says', () => {
    const of = (seed: number) => arrivals(100, 20_000, 'poisson', randomFrom(seed))
    assert.deepEqual(of(7), of(7))
    assert.notDeepEqual(of(7), of(8))
    // Five standard deviations.
    assert.ok(Math.abs(of(7).length - 2000) < 5 * Math.sqrt(2000), String(of(7).length))
    assert.ok(of(7).every((at, i, all) => at < 20_000 && (i === 0 || at >= all[i - 1]!)))
  })
})
