import assert from 'node:assert/strict'
import fc from 'fast-check'
import {
  estimateSets,
  minimalSet,
  turningPoint,
  type Outcome,
} from '../../../../../src/model/cases/search/minimal-set.js'

const numbers = (count: number) => Array.from({length: count}, (_, i) => i)

/** Turns where all of these are there. */
function counting(needed: readonly number[], unresolved: (set: readonly number[]) => boolean = () => false) {
  let tests = 0
  return {
    tests: () => tests,
    test: (set: readonly number[]): Promise<Outcome> => {
      tests++
      if (needed.every(item => set.includes(item))) return Promise.resolve('turned')
      return Promise.resolve(unresolved(set) ? 'unresolved' : 'stayed')
    },
  }
}

describe('a smallest set', () => {
  it('finds one cause among many by halving', async () => {
    const {test, tests} = counting([77])
    assert.deepEqual(await minimalSet(numbers(100), test), [77])
    assert.ok(tests() <= 14, `${tests()} tests`)
  })

  it('finds causes that need one another, wherever they are', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({min: 1, max: 24}),
        fc.array(fc.nat(), {minLength: 1, maxLength: 4}),
        async (count, any) => {
          const needed = [...new Set(any.map(n => n % count))].toSorted((a, b) => a - b)
          assert.deepEqual(await minimalSet(numbers(count), counting(needed).test), needed)
        },
      ),
    )
  })

  it('has nothing that could be left out, whatever else turns the verdict or is unknown', async () => {
    const rule = fc.array(fc.uniqueArray(fc.nat({max: 9}), {minLength: 1, maxLength: 3}), {minLength: 1, maxLength: 3})
    await fc.assert(
      fc.asyncProperty(rule, fc.nat({max: 9}), async (causes, odd) => {
        const turns = (set: readonly number[]) => causes.some(cause => cause.every(item => set.includes(item)))
        const test = (set: readonly number[]): Promise<Outcome> =>
          Promise.resolve(turns(set) ? 'turned' : set.includes(odd) ? 'unresolved' : 'stayed')
        const found = await minimalSet(numbers(10), test)
        assert.ok(turns(found))
        for (const item of found) assert.ok(!turns(found.filter(other => other !== item)))
      }),
    )
  })

  it('tells how much is left, less and less', async () => {
    const told: number[] = []
    await minimalSet(numbers(64), counting([3]).test, ({left}) => told.push(left))
    assert.equal(told[0], 64)
    assert.deepEqual(
      told,
      told.toSorted((a, b) => b - a),
    )
    assert.deepEqual([estimateSets(1), estimateSets(2), estimateSets(64)], [0, 2, 12])
  })
})

describe('a turning point', () => {
  const row = ['3.0.0', '3.1.0', '3.2.0', '4.0.0', '4.1.0']
  const from =
    (first: string, unknown: readonly string[] = []) =>
    (item: string) =>
      Promise.resolve<Outcome>(
        unknown.includes(item) ? 'unresolved' : row.indexOf(item) >= row.indexOf(first) ? 'turned' : 'stayed',
      )

  it('is between two neighbours', async () => {
    for (const [i, first] of row.entries())
      if (i > 0) assert.deepEqual(await turningPoint(row, from(first)), [row[i - 1], first])
  })

  it('is wider where something between is unknown', async () => {
    assert.deepEqual(await turningPoint(row, from('4.0.0', ['3.2.0'])), ['3.1.0', '4.0.0'])
    assert.deepEqual(await turningPoint(row, from('3.1.0', ['3.1.0', '3.2.0', '4.0.0'])), ['3.0.0', '4.1.0'])
  })
})
