import assert from 'node:assert/strict'
import {Readable} from 'node:stream'
import {progressMessages, type ProgressMessage} from '../../../../src/engine/images/progress-stream.js'

const NEVER = new AbortController().signal

async function all(chunks: Iterable<Buffer> | AsyncIterable<Buffer>, signal = NEVER): Promise<ProgressMessage[]> {
  const messages: ProgressMessage[] = []
  for await (const message of progressMessages(Readable.from(chunks), signal)) messages.push(message)
  return messages
}

describe('progressMessages', () => {
  it('puts messages together that come in pieces, in the middle of a letter too', async () => {
    const bytes = Buffer.from('{"status":"größer"}\r\n{"id":"b"}\n{"id":"c"}')
    for (let at = 1; at < bytes.length; at++) {
      const messages = await all([bytes.subarray(0, at), bytes.subarray(at)])
      assert.deepEqual(messages, [{status: 'größer'}, {id: 'b'}, {id: 'c'}])
    }
  })

  it('fails when the answer breaks off', async () => {
    async function* broken() {
      yield Buffer.from('{"id":"a"}\n')
      throw Object.assign(new Error('aborted'), {code: 'ECONNRESET'})
    }
    await assert.rejects(all(broken()), {code: 'ECONNRESET'})
  })

  it('stops at once when it is told to', async () => {
    const stop = new AbortController()
    const silent = new Readable({read: () => undefined})
    setTimeout(() => stop.abort(new Error('enough')), 10)
    const reading = (async () => {
      for await (const message of progressMessages(silent, stop.signal)) assert.fail(JSON.stringify(message))
    })()
    await assert.rejects(reading, {message: 'enough'})
    assert.ok(silent.destroyed)
  })

  it('does not begin when it was told to stop before', async () => {
    await assert.rejects(all([Buffer.from('{"id":"a"}\n')], AbortSignal.abort(new Error('enough'))), {
      message: 'enough',
    })
  })
})
