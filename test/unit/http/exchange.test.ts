import assert from 'node:assert/strict'
import {createServer, type RequestListener, type Server} from 'node:http'
import type {AddressInfo} from 'node:net'
import {exchange} from '../../../src/http/exchange.js'
import {probe} from '../../../src/http/probe.js'
import {sayOverWebSocket} from '../../../src/http/web-socket.js'
import {MOST_BODY_BYTES} from '../../../src/model/exchange.js'

describe('an HTTP exchange', () => {
  let server: Server

  async function serving(listener: RequestListener) {
    server = createServer(listener)
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    return {host: '127.0.0.1', port: (server.address() as AddressInfo).port, tls: false, serverName: 'name.lab'}
  }

  afterEach(() => {
    server.closeAllConnections()
    server.close()
  })

  it('keeps the beginning of a body that does not end', async () => {
    const target = await serving((_, response) => {
      const more = () => {
        while (response.write('x'.repeat(16_384)));
        response.once('drain', more)
      }
      more()
    })
    const {status, body} = await exchange(target, {method: 'GET', path: '/'})
    assert.deepEqual([status, body.length], [200, MOST_BODY_BYTES])
  })

  it('fails where nothing is answered, and where the answer breaks off', async () => {
    const target = await serving((request, response) => {
      if (request.url === '/silent') return
      response.writeHead(200, {'content-length': 10})
      response.write('x', () => response.destroy())
    })
    const get = (path: string) => exchange(target, {method: 'GET', path}, {timeoutMs: 100})
    await assert.rejects(get('/silent'), /no answer within 100 ms/)
    await assert.rejects(get('/broken'), {code: 'ECONNRESET'})
  })

  it('ends with the abort', async () => {
    const target = await serving(() => undefined)
    const stop = new AbortController()
    const asked = exchange(target, {method: 'GET', path: '/'}, {signal: stop.signal})
    stop.abort()
    await assert.rejects(asked, {name: 'AbortError'})
  })

  it('as a probe takes any answer but what a load balancer says for itself', async () => {
    const target = await serving((request, response) => {
      response.statusCode = Number(request.url!.slice(1))
      response.end()
    })
    assert.deepEqual(await probe(target, {path: '/404'}, 5000), {ok: true, detail: 'HTTP 404'})
    assert.deepEqual(await probe(target, {path: '/502'}, 5000), {
      ok: false,
      detail: 'HTTP 502: its backend is unreachable',
    })
  })

  it('over WebSocket tells the answer of a server that refuses', async () => {
    const target = await serving((_, response) => {
      response.statusCode = 401
      response.end('who are you?')
    })
    server.on('upgrade', (_, socket) => socket.end('HTTP/1.1 401 Unauthorized\r\nContent-Length: 4\r\n\r\nwho?'))
    const {status, body} = await sayOverWebSocket(target, {path: '/', body: 'x'})
    assert.deepEqual([status, body], [401, 'who?'])
  })
})
