import assert from 'node:assert/strict'
import {LabError} from '../../../../src/errors.js'
import {LogFilter, LogSearch, logMatcher} from '../../../../src/lab/logs/log-matcher.js'

const never = () => assert.fail('it should not be told')

const {signal} = new AbortController()

describe('a line that is waited for', () => {
  it('is the first that matches, wherever in it', () => {
    const matcher = logMatcher('b.d')
    assert.equal(matcher.firstOf(['abc', 'a bcd', 'bcd']), 1)
    assert.equal(matcher.firstOf(['abc']), -1)
    assert.equal(matcher.firstOf([]), -1)
    assert.equal(logMatcher('B.D', 'i').firstOf(['abcd']), 0)
  })

  it('can be found by what can do nothing else: an expression is no program', () => {
    assert.equal(logMatcher('${process.exit(1)}').firstOf(['x']), -1)
    assert.equal(logMatcher('/;throw 1//').firstOf(['x']), -1)
  })

  it('is refused for what is no expression', () =>
    assert.throws(
      () => logMatcher('('),
      (error: unknown) => error instanceof LabError && error.code === 'usage-invalid',
    ))

  it('is given up for an expression that takes for ever', function () {
    this.timeout(20_000)
    const begin = performance.now()
    assert.throws(() => logMatcher('^(a+)+$').firstOf([`${'a'.repeat(50)}b`]), /takes longer than 1000 ms on 1 line of/)
    assert.ok(performance.now() - begin < 10_000)
  })

  it('is looked for in many lines, a part at a time, and told once', async () => {
    const found: number[] = []
    const search = new LogSearch<number>(logMatcher('^(2500|2600|2700)$'), String, one => found.push(one), never)
    for (let i = 0; i < 5000; i++) search.add(i)
    await search.drained(signal)
    assert.deepEqual(found, [2500])
    search.add(2600)
    await search.drained(signal)
    assert.deepEqual(found, [2500])
  })

  it('is looked for no longer when that is stopped', async () => {
    const search = new LogSearch<number>(logMatcher('4999'), String, never, never)
    for (let i = 0; i < 5000; i++) search.add(i)
    await search.drained(AbortSignal.abort())
    await new Promise(resolve => setImmediate(resolve))
  })

  it('tells what went wrong', async function () {
    this.timeout(20_000)
    const failed: unknown[] = []
    const search = new LogSearch<string>(
      logMatcher('^(a+)+$'),
      one => one,
      never,
      error => failed.push(error),
    )
    search.add(`${'a'.repeat(50)}b`)
    await search.drained(signal)
    assert.equal(failed.length, 1)
  })
})

describe('lines that are asked for', () => {
  it('are those that match, in their order, of however many', () => {
    const printed: string[] = []
    const filter = new LogFilter<string>(
      logMatcher('^1?999$|^0$'),
      one => one,
      one => printed.push(one),
    )
    for (let i = 0; i < 2500; i++) filter.add(String(i))
    filter.flush()
    filter.flush()
    assert.deepEqual(printed, ['0', '999', '1999'])
  })

  it('are given up for an expression that takes for ever', function () {
    this.timeout(20_000)
    const filter = new LogFilter<string>(logMatcher('^(a+)+$'), one => one, never)
    filter.add(`${'a'.repeat(50)}b`)
    assert.throws(() => filter.flush(), /takes longer than 1000 ms/)
  })
})
