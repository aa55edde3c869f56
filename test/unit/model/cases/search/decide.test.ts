import assert from 'node:assert/strict'
import {decide, type Patience} from '../../../../../src/model/cases/search/decide.js'
import type {Verdict} from '../../../../../src/model/cases/verdict.js'

const VERDICTS: Readonly<Record<string, Verdict>> = {r: 'reproduced', n: 'not-reproduced', i: 'inconclusive'}
const runs = (text: string) => [...text].map(letter => VERDICTS[letter]!)

const PATIENT: Patience = {least: 1, most: 12, flaky: false}
const outcome = (text: string, patience: Partial<Patience> = {}) =>
  decide(runs(text), 'reproduced', {...PATIENT, ...patience})?.outcome

describe('whether runs tell what a set does', () => {
  it('believes runs that agree', () => {
    assert.deepEqual(
      [outcome(''), outcome('r'), outcome('n'), outcome('i')],
      [undefined, 'turned', 'stayed', 'unresolved'],
    )
    assert.deepEqual([outcome('r', {least: 2}), outcome('rr', {least: 2})], [undefined, 'turned'])
    assert.equal(outcome('ir', {least: 1}), 'turned')
  })

  it('asks on while they do not, until the interval is clear of one half', () => {
    assert.equal(outcome('rn'), undefined)
    assert.equal(outcome('rnrrrrrr'), 'turned')
    assert.equal(outcome('nrnnnnnn'), 'stayed')
  })

  it('gives up at the bound', () => {
    assert.equal(outcome('rnrnrnrnrnr'), undefined)
    assert.equal(outcome('rnrnrnrnrnrn'), 'unresolved')
  })

  it('believes no few runs of a case that is flaky', () => {
    assert.equal(outcome('rrr', {flaky: true}), undefined)
    assert.equal(outcome('rrrr', {flaky: true}), 'turned')
    assert.equal(outcome('nnnn', {flaky: true}), 'stayed')
  })

  it('counts the verdict that is looked for, whichever it is', () => {
    const found = decide(runs('nn'), 'not-reproduced', PATIENT)
    assert.deepEqual([found?.outcome, found?.rate.hits], ['turned', 2])
  })
})
