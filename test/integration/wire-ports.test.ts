import assert from 'node:assert/strict'
import {once} from 'node:events'
import {readFile} from 'node:fs/promises'
import {createServer, type ClientRequest, type IncomingMessage} from 'node:http'
import {request} from 'node:https'
import type {AddressInfo} from 'node:net'
import {join} from 'node:path'
import {Readable} from 'node:stream'
import {pipeline} from 'node:stream/promises'
import {setTimeout as pause} from 'node:timers/promises'
import {fileURLToPath} from 'node:url'
import type {Row} from '../../src/lab-events/link-row.js'
import type {ApiLife} from '../support/api-life.js'
import {eventually} from '../support/eventually.js'
import {askLab, lifeIn} from './support/lab-calls.js'
import {bundled, runInside} from './support/run-inside.js'
import {NOTHING, TestLab} from './support/test-lab.js'

/** The backend that every gateway has. */
const BACKEND = 'https://localhost:9443/am/sample/pizzashack/v1/api/'
const ATTACKED = ['traffic-manager-1', 'analytics-worker-1']
const [TM, WORKER] = ATTACKED
const PORTS = [`${TM}:9611`, `${TM}:9711/tls`, `${TM}:5672`, `${WORKER}:7612`, `${WORKER}:7712/tls`]
const LOGINS = [`events:${TM}:9611:9711`, `topics:${TM}:5672`, `events:${WORKER}:7612:7712`]

const program = (path: string) => bundled(fileURLToPath(new URL(path, import.meta.url)))

interface Stats {
  readonly memory_stats: {
    readonly usage?: number
    readonly limit?: number
    readonly stats?: {readonly inactive_file?: number; readonly total_inactive_file?: number}
  }
}

describe('the wire ports of a lab', function () {
  this.timeout(180_000)
  let lab: TestLab
  let life: ApiLife

  before(async () => {
    lab = await TestLab.create('wire')
    const {exitCode, stderr} = await lab.up()
    assert.equal(exitCode, 0, String(stderr))
    life = await lifeIn(lab)
  })

  after(async () => {
    await lab.run(['down', '--volumes'])
    const remains = await lab.remains()
    await lab.remove()
    assert.deepEqual(remains, NOTHING)
  })

  /** The memory of a container that the engine could not take back, as a part of its limit. */
  const memoryOf = async (node: string): Promise<number> => {
    const options = {stream: false, 'one-shot': true} as const
    const {memory_stats: of} = (await lab.container(node).stats(options)) as Stats
    const {usage = 0, limit = 1, stats = {}} = of
    return (usage - (stats.inactive_file ?? stats.total_inactive_file ?? 0)) / limit
  }
  const stateOf = async (node: string) => {
    const {Running, OOMKilled, Pid, StartedAt} = (await lab.container(node).inspect()).State
    return {Running, OOMKilled, Pid, StartedAt}
  }
  const states = () => Promise.all(ATTACKED.map(stateOf))

  it('survive a thousand connections with a megabyte of garbage each, and let nodes log in meanwhile', async () => {
    const {keys} = await life.ready({name: 'Wire', context: '/wire', url: BACKEND})
    const bearer = await life.appToken(keys)
    const call = async () => (await askLab(lab, 'gateway', 8243, '/wire/1.0.0/menu', {bearer})).status
    await eventually('the API', async () => (await call()) === 200, 20_000)
    const [garbage, login] = await Promise.all([
      program('../mini/support/garbage.ts'),
      program('support/wire-login.ts'),
    ])
    const before = await states()
    const began = Math.floor(Date.now() / 1000)

    let over = false
    const attack = runInside(lab, 'analytics-dashboard-1', garbage, PORTS).finally(() => (over = true))
    attack.catch(() => undefined)
    const peaks = ATTACKED.map(() => 0)
    const whileAttacked = async (work: () => Promise<unknown>) => {
      while (!over) await work()
    }
    let rounds = 0
    let calls = 0
    await Promise.all([
      whileAttacked(async () => {
        const said = await runInside(lab, 'publisher-1', login, LOGINS)
        assert.equal(said.split('\n').length, LOGINS.length, said)
        rounds++
      }),
      whileAttacked(async () => {
        assert.equal(await call(), 200)
        calls++
        await pause(100)
      }),
      whileAttacked(async () => {
        for (const [i, node] of ATTACKED.entries()) peaks[i] = Math.max(peaks[i] ?? 0, await memoryOf(node))
        await pause(200)
      }),
    ])
    assert.match(await attack, /done/)
    assert.ok(rounds > 1 && calls > 5, `only ${rounds} rounds of logins and ${calls} calls meanwhile`)
    assert.deepEqual(await states(), before, 'neither was killed nor started again')
    assert.ok(
      peaks.every(it => it > 0 && it < 0.9),
      `memory went up to ${peaks.map(it => `${Math.round(it * 100)} %`).join(' and ')} of the limits`,
    )

    const log = await lab.container('gateway-1').logs({stdout: true, stderr: true, since: began})
    assert.doesNotMatch(log.toString(), /WARN .*lost /, 'the gateway stayed connected')
    const rows = await lab.json<Row[]>('links')
    assert.deepEqual(
      rows.filter(({state}) => state === 'broken'),
      [],
    )
    assert.equal(await call(), 200)
  })

  it('carry calls of APIs as they come: events one by one, and 200 MB up and down, with little memory', async () => {
    const MB = 1024 * 1024
    const SIZE = 200 * MB
    let told = false
    let received = 0
    const backend = createServer((asked, response) => {
      if (asked.url?.endsWith('/ready')) return void response.end('ready')
      if (asked.url?.endsWith('/events')) {
        response.writeHead(200, {'content-type': 'text/event-stream'})
        response.write('data: 1\n\n')
        return void eventually('the caller to have the first', () => told).then(() => response.end('data: 2\n\n'))
      }
      if (asked.method === 'POST') {
        asked.on('data', (part: Buffer) => (received += part.length))
        return asked.on('end', () => response.end('done'))
      }
      response.writeHead(200, {'content-length': SIZE})
      Readable.from(pieces(SIZE)).pipe(response)
    }).listen(0)
    try {
      const [network] = Object.values((await lab.container('gateway-1').inspect()).NetworkSettings.Networks)
      const url = `http://${network!.Gateway}:${(backend.address() as AddressInfo).port}`
      const operations = ['GET', 'POST'].map(verb => ({target: '/*', verb, authType: 'None'}))
      await life.publishedApi({name: 'Streams', context: '/streams', url, operations})
      const ca = await readFile(join(lab.dataHome, 'apim-lab/ca/ca.pem'))
      const servername = `gateway.${lab.name}.localhost`
      const port = 8243 + lab.portOffset
      const send = (path: string, method = 'GET') =>
        request({
          host: '127.0.0.1',
          port,
          path: `/streams/1.0.0${path}`,
          method,
          ca,
          servername,
          headers: {host: `${servername}:${port}`, ...(method === 'POST' && {'content-length': SIZE})},
        })
      await eventually(
        'the API',
        async () => (await askLab(lab, 'gateway', 8243, '/streams/1.0.0/ready')).status === 200,
      )
      let text = ''
      const events = await answerTo(send('/events'))
      events.on('data', (part: Buffer) => {
        text += part.toString()
        told = true
      })
      await once(events, 'end')
      assert.equal(text, 'data: 1\n\ndata: 2\n\n')

      const down = await answerTo(send('/down'))
      let length = 0
      down.on('data', (part: Buffer) => (length += part.length))
      await once(down, 'end')
      assert.equal(length, SIZE)

      const up = send('/up', 'POST')
      const answered = once(up, 'response') as Promise<[IncomingMessage]>
      await pipeline(Readable.from(pieces(SIZE)), up)
      const [answer] = await answered
      assert.deepEqual([answer.statusCode, received], [200, SIZE])
      answer.resume()
      assert.ok((await memoryOf('gateway-1')) < 0.9)
    } finally {
      backend.close()
      backend.closeAllConnections()
    }
  })
})

function* pieces(size: number): Generator<Buffer> {
  const piece = Buffer.alloc(256 * 1024, 97)
  for (let left = size; left > 0; left -= piece.length) yield piece.subarray(0, Math.min(left, piece.length))
}

const answerTo = async (call: ClientRequest): Promise<IncomingMessage> => {
  call.end()
  const [answer] = (await once(call, 'response')) as [IncomingMessage]
  return answer
}
