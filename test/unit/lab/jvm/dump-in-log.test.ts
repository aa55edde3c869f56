import assert from 'node:assert/strict'
import {once} from 'node:events'
import type {LogLine, LogOptions} from '../../../../src/engine/engine.js'
import {dumpInLog} from '../../../../src/lab/jvm/dump-in-log.js'

const SINCE = BigInt(Date.parse('2026-01-01T00:00:10Z')) * 1_000_000n
const NODE = {instance: 'id'} as never

/** A log that has these lines, of a second each from the eighth on, and then goes on without any. */
function logOf(lines: readonly string[]) {
  const asked: LogOptions[] = []
  async function* logs(_: unknown, options: LogOptions = {}): AsyncGenerator<LogLine> {
    asked.push(options)
    for (const [i, line] of lines.entries())
      yield {at: `2026-01-01T00:00:${String(8 + i).padStart(2, '0')}.5Z`, stream: 'stdout', line}
    if (!options.signal!.aborted) await once(options.signal!, 'abort')
  }
  return {engine: {logs}, asked}
}

const signal = () => new AbortController().signal

describe('a thread dump in a log', () => {
  it('is from its first line to its last, and not that of before', async () => {
    const {engine, asked} = logOf([
      'Full thread dump of before',
      '  class space    used 1K',
      '2026-01-01 00:00:10',
      'Full thread dump OpenJDK',
      '"main" #1',
      '  class space    used 94K, committed 192K',
      'INFO what comes after it',
    ])
    const text = await dumpInLog(engine, NODE, SINCE, signal())
    assert.equal(text, 'Full thread dump OpenJDK\n"main" #1\n  class space    used 94K, committed 192K\n')
    assert.equal(asked[0]!.follow, true)
  })

  it('is over when no line comes any more', async function () {
    this.timeout(10_000)
    const {engine} = logOf(['', '', 'Full thread dump OpenJDK', '"main" #1'])
    assert.equal(await dumpInLog(engine, NODE, SINCE, signal()), 'Full thread dump OpenJDK\n"main" #1\n')
  })

  it('is not waited for by a command that was stopped', async () => {
    const stop = new AbortController()
    const waiting = dumpInLog(logOf(['INFO nothing']).engine, NODE, SINCE, stop.signal)
    stop.abort()
    await assert.rejects(waiting, {name: 'AbortError'})
  })
})
