import assert from 'node:assert/strict'
import {expectedOf} from '../../../../src/model/cases/case.js'
import {allAsExpected, judge, overall, statusOf, statusOfAll} from '../../../../src/model/cases/verdict.js'

describe('verdict', () => {
  it('is reproduced only where the symptom was seen', () => {
    assert.equal(judge({symptom: true, absence: undefined, healthy: false}).verdict, 'reproduced')
  })

  it('is not reproduced only where its absence was seen, or a lab that is healthy', () => {
    assert.equal(judge({symptom: false, absence: true, healthy: false}).verdict, 'not-reproduced')
    assert.equal(judge({symptom: false, absence: undefined, healthy: true}).verdict, 'not-reproduced')
  })

  it('is inconclusive otherwise', () => {
    assert.equal(judge({symptom: false, absence: false, healthy: true}).verdict, 'inconclusive')
    assert.equal(judge({symptom: false, absence: undefined, healthy: false}).verdict, 'inconclusive')
  })

  it('of several releases is right where each is as expected there', () => {
    const expect = {mini: 'not-reproduced', default: 'reproduced'} as const
    assert.deepEqual(
      ['mini', '3.2.0'].map(release => expectedOf({expect}, release)),
      ['not-reproduced', 'reproduced'],
    )
    assert.equal(expectedOf({expect: {mini: 'not-reproduced'}}, '3.2.0'), 'reproduced')
    const good = {verdict: 'reproduced', expected: 'reproduced'} as const
    const bad = {verdict: 'reproduced', expected: 'not-reproduced'} as const
    const unknown = {verdict: 'inconclusive', expected: 'reproduced'} as const
    assert.deepEqual([[good, good], [good, unknown], [unknown, bad], [bad]].map(statusOfAll), [0, 3, 1, 1])
    assert.deepEqual([[good], [good, unknown]].map(allAsExpected), [true, false])
  })

  it('of several runs: once seen is seen, and nothing is known of one that says nothing', () => {
    assert.equal(overall(['not-reproduced', 'reproduced', 'inconclusive']), 'reproduced')
    assert.equal(overall(['not-reproduced', 'not-reproduced']), 'not-reproduced')
    assert.equal(overall(['not-reproduced', 'inconclusive']), 'inconclusive')
    assert.equal(overall([]), 'inconclusive')
  })

  it('ends the command with 0 as expected, 1 otherwise, 3 where nothing is known', () => {
    assert.equal(statusOf('reproduced', 'reproduced'), 0)
    assert.equal(statusOf('not-reproduced', 'reproduced'), 1)
    assert.equal(statusOf('not-reproduced', 'not-reproduced'), 0)
    assert.equal(statusOf('inconclusive', 'not-reproduced'), 3)
  })
})
