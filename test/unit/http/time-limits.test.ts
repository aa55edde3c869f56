import assert from 'node:assert/strict'
import {failure, NoAnswer, ok, type Outcome} from '../../../src/http/outcome.js'
import {askTwice} from '../../../src/http/time-limits.js'

const BUSY = {average: 68, cpus: 2}
const QUIET = {average: 0.3, cpus: 2}

describe('asking askTwice', () => {
  async function asked(answers: readonly Outcome[], load = QUIET): Promise<{outcome: Outcome; limits: number[]}> {
    const limits: number[] = []
    const outcome = await askTwice(
      limitMs => {
        limits.push(limitMs)
        return Promise.resolve(answers[limits.length - 1]!)
      },
      () => load,
    )
    return {outcome, limits}
  }

  const late = failure(new NoAnswer(3000))

  it('asks again, with a longer limit, what only timed out', async () => {
    const {outcome, limits} = await asked([late, ok('answers')])
    assert.deepEqual(outcome, ok('answers'))
    assert.deepEqual(limits, [3000, 8000])
  })

  it('asks once what answered, or was refused', async () => {
    const refused = failure(Object.assign(new Error(), {code: 'ECONNREFUSED'}))
    for (const answer of [ok('answers'), refused]) assert.deepEqual((await asked([answer])).limits, [3000])
  })

  it('gives more time on a busy machine, and tells its load with what is late twice', async () => {
    const {outcome, limits} = await asked([late, late], BUSY)
    assert.deepEqual(limits, [12_000, 32_000])
    assert.equal(outcome.detail, 'no answer within 3000 ms (load 68 on 2 cores)')
    assert.equal((await asked([late, late])).outcome.detail, 'no answer within 3000 ms')
  })

  it('knows a silent name server from a name that does not exist', () => {
    const of = (code: string) => failure(Object.assign(new Error('x'), {code}))
    assert.deepEqual(of('EAI_AGAIN'), {
      ok: false,
      detail: 'the name server does not answer',
      late: true,
      nameless: true,
    })
    assert.deepEqual(of('ENOTFOUND'), {ok: false, detail: 'does not resolve in this network'})
  })
})
