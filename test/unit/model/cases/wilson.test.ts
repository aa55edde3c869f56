import assert from 'node:assert/strict'
import {rateOf, rateText} from '../../../../src/model/cases/wilson.js'

const near = (got: number, wanted: number) => assert.ok(Math.abs(got - wanted) < 0.0005, `${got}, not ${wanted}`)

describe("Wilson's interval", () => {
  // The textbook's: Newcombe, Statistics in Medicine 17 (1998), table I, method 3.
  for (const [hits, runs, low, high] of [
    [81, 263, 0.2553, 0.3662],
    [15, 148, 0.0624, 0.1605],
    [0, 20, 0, 0.1611],
    [1, 29, 0.0061, 0.1718],
  ] as const)
    it(`of ${hits} in ${runs}`, () => {
      const rate = rateOf(hits, runs)
      near(rate.low, low)
      near(rate.high, high)
    })

  it('of all ends at 1, and of no run says nothing', () => {
    assert.equal(rateOf(20, 20).high, 1)
    near(rateOf(20, 20).low, 1 - 0.1611)
    assert.deepEqual([rateOf(0, 0).low, rateOf(0, 0).high], [0, 1])
  })

  it('is told in percent', () => {
    assert.equal(rateText(rateOf(18, 20)), '18 of 20, 90 % (95 % interval: 70 % to 97 %)')
  })
})
