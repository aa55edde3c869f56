import assert from 'node:assert/strict'
import {isLoadHigh, loadRemark, loadText, underLoad} from '../../../src/model/load.js'

describe('the load of a machine', () => {
  const on = (average: number, cpus = 2) => ({average, cpus})

  it('makes limits longer, up to four times, and never shorter', () => {
    const limits = [0, 1, 2, 3, 5, 8, 68].map(average => underLoad(1000, on(average)))
    assert.deepEqual(limits, [1000, 1000, 1000, 1500, 2500, 4000, 4000])
  })

  it('gives whole milliseconds, as AbortSignal.timeout wants them', () => {
    for (let average = 2; average < 8; average += 0.01) AbortSignal.timeout(underLoad(1000, on(average)))
  })

  it('is told where it is high', () => {
    assert.deepEqual(
      [1, 3.9, 4, 68].map(average => isLoadHigh(on(average))),
      [false, false, true, true],
    )
    assert.equal(loadText(on(68.41)), 'load 68 on 2 cores')
    assert.equal(loadText(on(1.25, 1)), 'load 1.3 on 1 core')
    assert.equal(loadRemark(on(68)), ' (load 68 on 2 cores)')
    assert.equal(loadRemark(on(2)), '')
  })
})
