import assert from 'node:assert/strict'
import {createInterface} from 'node:readline'
import {once} from 'node:events'
import {execa, type ResultPromise} from 'execa'
import type {HelperQuestion, HelperReply} from '../../../src/lab/links/helper-questions.js'
import {HELPER_PROGRAM} from '../../support/helper-program.js'
import {ROOT} from '../../support/lab.js'

describe('calls by the helper', function () {
  this.timeout(20_000)
  let child: ResultPromise
  let lines: AsyncIterator<string>
  let port: number
  let id = 0

  async function ask(question: HelperQuestion): Promise<HelperReply> {
    child.stdin!.write(`${JSON.stringify({...question, id: ++id})}\n`)
    const {value} = await lines.next()
    const reply = JSON.parse(value as string) as HelperReply
    assert.equal(reply.id, id)
    return reply
  }

  const target = (over = {}) => ({host: '127.0.0.1', port, tls: false, serverName: 'backend.lab', ...over})

  before(async () => {
    child = execa(process.execPath, HELPER_PROGRAM, {cwd: ROOT})
    lines = createInterface({input: child.stdout!})[Symbol.asyncIterator]()
    const reply = await ask({kind: 'backend'})
    assert.ok(reply.kind === 'result' && reply.ok)
    port = Number(reply.detail)
  })

  after(async () => {
    child.stdin!.end()
    await once(child, 'exit')
  })

  it('reach its backend, which tells the request back without what proves the caller', async () => {
    const headers = {authorization: 'Bearer secret', activityid: 'an-id', cookie: 'a=b', 'x-jwt-assertion': 'secret'}
    const reply = await ask({
      kind: 'exchange',
      target: target(),
      request: {method: 'POST', path: '/menu?a=b', headers, body: '{}'},
    })
    assert.ok(reply.kind === 'answer')
    assert.equal(reply.answer.status, 200)
    assert.deepEqual(JSON.parse(reply.answer.body), {
      method: 'POST',
      path: '/menu?a=b',
      headers: {host: `backend.lab:${port}`, 'content-length': '2', activityid: 'an-id', connection: 'close'},
    })
  })

  it('echo over WebSocket', async () => {
    const request = {method: 'GET', path: '/', body: 'hello'}
    const reply = await ask({kind: 'exchange', target: target(), request, webSocket: true})
    assert.deepEqual(reply, {kind: 'answer', id, answer: {status: 101, headers: {}, body: 'hello'}})
  })

  it('that reach nobody say why', async () => {
    const request = {method: 'GET', path: '/'}
    for (const webSocket of [false, true]) {
      const reply = await ask({kind: 'exchange', target: target({port: 1}), request, webSocket})
      assert.deepEqual(reply, {kind: 'result', id, ok: false, detail: 'connection refused'})
    }
  })
})
