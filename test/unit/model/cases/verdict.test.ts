import assert from 'node:assert/strict'
import {judge, overall, statusOf} from '../../../../src/model/cases/verdict.js'

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
