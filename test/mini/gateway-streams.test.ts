import assert from 'node:assert/strict'
import {connect, createServer, type Socket} from 'node:net'
import {request as httpRequest, type IncomingMessage, type ServerResponse} from 'node:http'
import {request as httpsRequest} from 'node:https'
import {createServer as createHttps} from 'node:https'
import {connect as connectTls} from 'node:tls'
import {httpServed, makeGatewayLab, mapping, serve, type GatewayLab, type Served} from './support/gateway-lab.js'
import {CA_PEM, ELSEWHERE, NODE, STRANGER} from './support/pki.js'
import {until} from './support/until.js'

const MB = 1024 * 1024
const LARGE = 200 * MB
/** UTF-8, as it is on the wire. */
const PHRASE = Buffer.from('Schön').toString('latin1')
const OPEN = ['GET', 'POST', 'HEAD'].map(verb => mapping(verb, '/*', {authScheme: 'None'}))

describe('mini: gateway, streams and failures', function () {
  this.timeout(60_000)
  let lab: GatewayLab
  let backend: Served
  let context = ''
  /** Calls that the backend has not answered and whose caller is still there. */
  let held = 0
  let largest = 0
  let drained = 0
  /** The caller has the first of two events. */
  let told = false

  const send = (response: ServerResponse, bytes: number) => {
    const part = Buffer.alloc(64 * 1024, 97)
    let left = bytes
    const more = () => {
      while (left > 0) {
        left -= part.length
        if (!response.write(part)) return response.once('drain', more)
      }
      return response.end()
    }
    more()
  }

  before(async () => {
    lab = await makeGatewayLab(`[passthru_http]\n'http.socket.timeout' = 1000\n`)
    await lab.start()
    await lab.ready()
    backend = await httpServed((request, response) => {
      const url = request.url ?? ''
      if (url.includes('/large')) return send(response, LARGE)
      if (url.includes('/events')) {
        response.writeHead(200, {'content-type': 'text/event-stream'})
        response.write('data: 1\n\n')
        return void until('the caller to have the first', () => told).then(() => response.end('data: 2\n\n'))
      }
      if (url.includes('/trailers')) {
        request.resume()
        return request.on('end', () => {
          response.writeHead(200, {trailer: 'X-Sum'})
          response.write('body')
          response.addTrailers({'X-Sum': String(request.trailers['x-sum']), 'X-Te': String(request.headers.te)})
          response.end()
        })
      }
      if (url.includes('/hints')) {
        return response.writeEarlyHints({link: '</a>; rel=preload'}, () => {
          response.writeHead(201, PHRASE, {trailer: 'X-Sum'})
          response.write('body')
          response.addTrailers({'X-Sum': '4'})
          response.end()
        })
      }
      if (url.includes('/hold')) {
        held++
        response.on('close', () => held--)
        return
      }
      if (url.includes('/reset')) return request.socket.destroy()
      if (url.includes('/half')) {
        response.writeHead(200, {'content-length': '100'})
        response.write('half')
        return setTimeout(() => request.socket.destroy(), 20)
      }
      if (url.includes('/garbage')) return request.socket.end('SMTP ready\r\n\r\n')
      let length = 0
      request.on('data', (part: Buffer) => {
        length += part.length
        drained += part.length
        largest = Math.max(largest, process.memoryUsage.rss())
      })
      request.on('end', () => {
        response.writeHead(url.includes('/204') ? 204 : 200, {
          'x-length': String(length),
          'x-te': String(request.headers['transfer-encoding']),
        })
        response.end(url.includes('/204') ? undefined : 'done')
      })
    })
    ;({context} = await lab.deploy({urlMappings: OPEN, endpoints: {production: `http://localhost:${backend.port}`}}))
  })
  after(async () => {
    await lab.close()
    await backend.stop()
  })

  const get = (path: string, options: object = {}) => lab.ask(8243, `${context}${path}`, options)

  it('passes 200 MB down with bounded memory', async () => {
    const before = process.memoryUsage.rss()
    let most = 0
    const length = await new Promise<number>((resolve, reject) => {
      const request = httpRequest({port: lab.node().port(8280), path: `${context}/large`}, response => {
        let sum = 0
        response.on('data', (part: Buffer) => {
          sum += part.length
          most = Math.max(most, process.memoryUsage.rss() - before)
        })
        response.on('end', () => resolve(sum))
      })
      request.on('error', reject)
      request.end()
    })
    assert.equal(length, LARGE)
    assert.ok(most < 80 * MB, `${Math.round(most / MB)} MB more`)
  })

  it('passes each server-sent event when it comes', async () => {
    const got = await new Promise<string>((resolve, reject) => {
      const options = {port: lab.node().port(8243), host: 'localhost', path: `${context}/events`, ca: CA_PEM}
      const request = httpsRequest(options, response => {
        let text = ''
        response.on('data', (part: Buffer) => {
          text += part.toString()
          told = true
        })
        response.on('end', () => resolve(text))
      })
      request.on('error', reject)
      request.end()
    })
    assert.equal(got, 'data: 1\n\ndata: 2\n\n')
  })

  it('passes trailers on, there and back', async () => {
    const trailers = await new Promise<NodeJS.Dict<string>>((resolve, reject) => {
      const headers = {'transfer-encoding': 'chunked', trailer: 'X-Sum, Content-Length', te: 'trailers'}
      const options = {port: lab.node().port(8280), path: `${context}/trailers`, method: 'POST', headers}
      const request = httpRequest(options, response => {
        response.resume()
        response.on('end', () => resolve(response.trailers))
      })
      request.on('error', reject)
      request.write('part')
      request.addTrailers({'X-Sum': '4'})
      request.end()
    })
    assert.deepEqual(trailers, {'x-sum': '4', 'x-te': 'trailers'})
  })

  it('takes no early hint for the answer, and passes its phrase and its trailers on', async () => {
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      const options = {port: lab.node().port(8280), path: `${context}/hints`, headers: {te: 'trailers'}}
      const request = httpRequest(options, response => {
        response.resume()
        response.on('end', () => resolve(response))
      })
      request.on('error', reject)
      request.end()
    })
    assert.deepEqual([answer.statusCode, answer.statusMessage, answer.trailers], [201, PHRASE, {'x-sum': '4'}])
  })

  it('passes 100 MB up, chunked, as they come', async () => {
    const before = process.memoryUsage.rss()
    largest = 0
    const answer = await new Promise<{status: number; length: string; te: string}>((resolve, reject) => {
      const request = httpsRequest(
        {port: lab.node().port(8243), host: 'localhost', path: `${context}/up`, method: 'POST', ca: CA_PEM},
        response => {
          response.resume()
          resolve({
            status: response.statusCode ?? 0,
            length: String(response.headers['x-length']),
            te: String(response.headers['x-te']),
          })
        },
      )
      request.on('error', reject)
      const part = Buffer.alloc(64 * 1024, 98)
      let left = 100 * MB
      const more = () => {
        while (left > 0) {
          left -= part.length
          if (!request.write(part)) return request.once('drain', more)
        }
        return request.end()
      }
      more()
    })
    assert.deepEqual(answer, {status: 200, length: String(100 * MB), te: 'chunked'})
    assert.ok(largest - before < 60 * MB, `${Math.round((largest - before) / MB)} MB more`)
  })

  it('passes 12 MB with a length, also after 100-continue', async () => {
    const body = Buffer.alloc(12 * MB, 99)
    const answer = await get('/up', {body, headers: {expect: '100-continue'}})
    assert.equal(answer.status, 200)
    assert.equal(answer.headers['x-length'], String(12 * MB))
  })

  it('answers without a body stay without one', async () => {
    const answer = await get('/204')
    assert.deepEqual([answer.status, answer.text], [204, ''])
    assert.deepEqual([(await get('/x', {method: 'HEAD'})).status], [200])
  })

  it('a caller who goes away ends the call of the backend', async () => {
    const request = httpsRequest({port: lab.node().port(8243), host: 'localhost', path: `${context}/hold`, ca: CA_PEM})
    request.on('error', () => undefined)
    request.end()
    await until('the call to be there', () => held === 1)
    request.destroy()
    await until('the call to be gone', () => held === 0)
  })

  it('a caller who stops reading stops the backend, and is given up', async () => {
    drained = 0
    const socket = connect(lab.node().port(8280), '127.0.0.1')
    socket.on('error', () => undefined)
    const closed = new Promise(resolve => socket.once('close', resolve))
    socket.write(`GET ${context}/large HTTP/1.1\r\nHost: x\r\n\r\n`)
    await new Promise(resolve => socket.once('data', resolve))
    socket.pause()
    await until('a line of the log', () => lab.log.some(it => it.includes('/large 499')), 10_000)
    socket.resume()
    await closed
  })

  const failures: readonly [string, string, number, number][] = [
    ['says nothing', '/hold', 504, 101504],
    ['resets the connection', '/reset', 503, 101505],
    ['does not speak HTTP', '/garbage', 503, 101506],
  ]
  for (const [what, path, status, code] of failures) {
    it(`a backend that ${what}: ${status} ${code}`, async () => {
      const answer = await get(path)
      assert.equal(answer.status, status)
      assert.equal(answer.body.fault.code, code)
    })
  }

  it('an answer that breaks off is not made whole', async () => {
    await assert.rejects(get('/half'))
  })

  describe('backends that can not be reached', () => {
    const tlsBackend = (certificate: typeof NODE) =>
      serve(() => createHttps({key: certificate.key, cert: certificate.cert}, (_, response) => response.end('tls')))
    const open = (production: string) => lab.deploy({urlMappings: OPEN, endpoints: {production}})
    const code = async (url: string) => {
      const api = await open(url)
      const answer = await lab.ask(8243, `${api.context}/x`)
      return [answer.status, answer.body?.fault?.code]
    }
    it('nobody listens', async () => {
      const gone = await httpServed(() => undefined)
      await gone.stop()
      assert.deepEqual(await code(`http://localhost:${gone.port}`), [503, 101503])
    })
    it('no such name', async () => assert.deepEqual(await code('http://no-such-host.invalid'), [503, 101503]))
    it('a certificate that nobody trusts', async () => {
      const stranger = await tlsBackend(STRANGER)
      assert.deepEqual(await code(`https://localhost:${stranger.port}`), [503, 101503])
      await stranger.stop()
    })
    it('a certificate of another name', async () => {
      const elsewhere = await tlsBackend(ELSEWHERE)
      assert.deepEqual(await code(`https://localhost:${elsewhere.port}`), [503, 101503])
      await elsewhere.stop()
    })
    it('a certificate that is right', async () => {
      const right = await tlsBackend(NODE)
      const api = await open(`https://localhost:${right.port}`)
      assert.equal((await lab.ask(8243, `${api.context}/x`)).text, 'tls')
      await right.stop()
    })
    it('one that ends idle connections', async () => {
      const brief = await serve(() =>
        createServer((socket: Socket) => {
          socket.once('data', () => {
            socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok')
            // A second request on this connection finds it closed.
            socket.once('data', () => socket.destroy())
          })
        }),
      )
      const api = await open(`http://localhost:${brief.port}`)
      for (let i = 0; i < 5; i++) assert.equal((await lab.ask(8243, `${api.context}/x`)).status, 200)
      await brief.stop()
    })
  })

  describe('odd requests', () => {
    const raw = (text: string) =>
      new Promise<string>(resolve => {
        const socket = connectTls({port: lab.node().port(8243), host: 'localhost', ca: CA_PEM}, () =>
          socket.write(text),
        )
        let got = ''
        socket.on('data', part => (got += part.toString()))
        socket.on('error', () => undefined)
        socket.on('close', () => resolve(got))
        socket.setTimeout(3_000, () => socket.destroy())
      })
    const head = () => `POST ${context}/x HTTP/1.1\r\nHost: x\r\nConnection: close\r\n`
    const cases: readonly [string, () => string][] = [
      ['a length and chunks', () => `${head()}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`],
      ['two lengths', () => `${head()}Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello!`],
      ['a length that is none', () => `${head()}Content-Length: +5\r\n\r\nhello`],
      ['a space before the colon', () => `${head()}Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n`],
      ['a bare line feed', () => `${head()}X: a\n\nGET / HTTP/1.1\r\n\r\n`],
      ['no HTTP', () => 'hello\r\n\r\n'],
    ]
    for (const [what, text] of cases) {
      it(`${what}: 400`, async () => {
        const before = drained
        assert.match(await raw(text()), /^HTTP\/1\.1 400 /)
        assert.equal(drained, before)
      })
    }
    it('a whole URL in place of the path is no API', async () => {
      assert.match(
        await raw(`GET http://elsewhere${context}/x HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`),
        /^HTTP\/1\.1 404 /,
      )
    })
    it('what connects a caller to a proxy is not passed on', async () => {
      const answer = await raw(
        `GET ${context}/x HTTP/1.1\r\nHost: x\r\nConnection: close, X-A\r\nUpgrade: h2c\r\nX-A: 1\r\n\r\n`,
      )
      assert.match(answer, /^HTTP\/1\.1 200 /)
    })
    it('a header of 20 kB: 431', async () => {
      assert.match(
        await raw(`GET ${context}/x HTTP/1.1\r\nHost: x\r\nX-A: ${'a'.repeat(20_000)}\r\n\r\n`),
        /^HTTP\/1\.1 431 /,
      )
    })
  })

  it('serves 1000 calls at once', async () => {
    const token = lab.token()
    const api = await lab.deploy({endpoints: {production: `http://localhost:${backend.port}`}})
    const answers = await Promise.all(
      Array.from({length: 1000}, (_, i) => lab.ask(8280, `${api.context}/x?${i}`, {bearer: token})),
    )
    assert.deepEqual([...new Set(answers.map(it => it.status))], [200])
    await until('all to be counted', () => lab.events.filter(it => it.event.apiContext === api.context).length >= 1000)
  })
})
