import assert from 'node:assert/strict'
import type {WaitResult} from '../../src/lab/wait/wait-for.js'
import {eventually} from '../support/eventually.js'
import {askLab} from './support/lab-calls.js'
import {TestLab} from './support/test-lab.js'

const STARTED = 'Starting WSO2 API Manager'

describe('waiting for a lab', function () {
  this.timeout(300_000)
  let lab: TestLab

  before(async () => {
    lab = await TestLab.create('wait')
    const {exitCode, stderr} = await lab.up('--no-analytics')
    assert.equal(exitCode, 0, String(stderr))
  })
  after(() => lab.remove())
  afterEach(async () => {
    const {containers} = await lab.remains()
    assert.deepEqual(
      containers.filter(name => name.includes('helper')),
      [],
    )
  })

  const wait = (...args: readonly string[]) => lab.run(['wait', ...args])
  const mark = async () => String((await lab.run(['mark'])).stdout)
  const sql = async (statement: string) => {
    const {exitCode, stderr} = await lab.run(['exec', 'mysql'], {input: statement})
    assert.equal(exitCode, 0, String(stderr))
  }

  async function met(child: ReturnType<typeof wait>): Promise<WaitResult['met'][number]> {
    const {exitCode, stdout, stderr} = await child
    assert.equal(exitCode, 0, `${stdout}\n${stderr}`)
    return (JSON.parse(String(stdout)) as WaitResult).met[0]!
  }

  /** It has less than enough time, and on a machine that is busy more: it has to have been asked. */
  async function missed(args: readonly string[], message: RegExp): Promise<void> {
    for (const timeout of [2, 30]) {
      const {exitCode, stdout, stderr} = await wait(...args, '--timeout', String(timeout))
      assert.equal(exitCode, 1, String(stdout))
      if (message.test(String(stderr))) return
      if (timeout > 2) assert.match(String(stderr), message)
    }
  }

  /** A wait that has begun: it has its helper. */
  async function begun(...args: readonly string[]) {
    const child = wait(...args, '--json')
    await eventually('its helper', async () => (await lab.remains()).containers.some(name => name.includes('helper')))
    // Not the child itself: it would be awaited too.
    return {child}
  }

  it('ends at once when all of its nodes are ready', async () => {
    const {nodes} = await met(wait('--ready', '--json'))
    assert.equal(nodes.length, 7)
  })

  it('goes on until a node is ready, whether it ends or is stopped before', async () => {
    await lab.container('gateway-1').stop({t: 0})
    await missed(['gateway-1', '--ready'], /^gateway-1 was not ready within \d+ s \(gateway-1 exited with code \d+/m)
    const {child} = await begun('gateway-1', '--ready')
    await lab.container('gateway-1').start()
    assert.equal((await met(child)).text, 'gateway-1 is ready')
  })

  it('finds a line of a log after a mark, and none before it', async () => {
    await askLab(lab, 'gateway', 8243, '/early/1')
    await met(wait('gateway', '--log', 'GET /early/1 404', '--json'))
    const since = await mark()
    await missed(
      ['gateway', '--log', 'GET /early/1 404', '--since', since],
      /^No line of gateway-1 matched .*; one matches from before, of \S+Z: gateway-1 \| .* GET \/early\/1 404/m,
    )
    const child = wait('--log', 'GET /(early|late)/1 404', '--since', since, '--json')
    await askLab(lab, 'gateway', 8243, '/late/1')
    const {nodes, line = '', at = ''} = await met(child)
    assert.deepEqual(nodes, ['gateway-1'])
    assert.match(line, /GET \/late\/1 404/)
    assert.ok(at > since)
  })

  it('finds lines of the last run only, the first of them too', async () => {
    const since = await mark()
    const {exitCode} = await lab.run(['restart', 'gateway-1'])
    assert.equal(exitCode, 0)
    const {at = ''} = await met(wait('gateway-1', '--log', STARTED, '--json'))
    assert.ok(at > since, 'it is of the run before')
    await missed(['gateway-1', '--log', 'GET /late/1 404'], /one matches from before/)
  })

  it('asks a URL from a node, that of its own ports too, and from this host', async () => {
    const health = await met(wait('gateway-1', '--http', '/health', '--json'))
    assert.equal(health.text, 'GET http://gateway-1:9763/health from gateway-1 is 200')
    assert.match(health.body ?? '', /"links"/)
    const open = `https://gateway.${lab.name}.localhost:${8243 + lab.portOffset}/nothing/1`
    for (const [client, url] of [
      ['gateway-1', ':8243/nothing/1'],
      ['publisher', 'https://gateway-1:8243/nothing/1'],
      ['publisher', open],
      ['user', open],
    ] as const)
      assert.equal((await met(wait(client, '--http', url, '--status', '404', '--json'))).status, 404, client)
    await missed(
      ['--http', open],
      /^GET https:\S+\/nothing\/1 from this host was not 200 within \d+ s \(last answer: HTTP 404, \S/m,
    )
    await missed(['gateway-1', '--http', ':81/'], /\(last answer: connection refused\)/)
  })

  it('goes on until a link is ok', async () => {
    const link = ['gateway-1', '--link', 'traffic-manager:5672']
    await met(wait(...link, '--json'))
    await lab.container('traffic-manager-1').stop({t: 0})
    await missed(
      link,
      /^gateway-1->traffic-manager:5672 was not ok within \d+ s \(last probe: gateway-1->traffic-manager-1:5672: traffic-manager-1 is stopped\)/m,
    )
    const {child} = await begun(...link)
    await lab.container('traffic-manager-1').start()
    assert.deepEqual((await met(child)).nodes, ['gateway-1'])
  })

  it('goes on until a query has its rows, and writes nothing', async () => {
    await met(wait('apimgtdb', '--sql', 'SELECT COUNT(*) FROM AM_API', '--equals', '0', '--json'))
    const two = "SELECT 1, NULL UNION ALL SELECT 2, 'x'"
    await met(wait('mysql', '--sql', two, '--equals', '1\tNULL\n2\tx', '--json'))
    await missed(['mysql', '--sql', two, '--equals', '1'], /was not "1" within \d+ s \(last answer: "1 NULL 2 x"\)/)
    await missed(
      ['mysql', '--sql', 'SELECT v FROM apim_lab.waiting', '--equals', 'yes'],
      /\(last answer: .*apim_lab\.waiting.*doesn't exist\)/,
    )
    const {child} = await begun('mysql', '--sql', 'SELECT v FROM apim_lab.waiting', '--equals', 'yes')
    await sql("CREATE TABLE apim_lab.waiting (v VARCHAR(9)); INSERT INTO apim_lab.waiting VALUES ('yes')")
    await met(child)
    for (const query of ['DELETE FROM waiting', 'DROP TABLE waiting', 'SELEC 1']) {
      const {exitCode, stderr} = await wait(
        'mysql',
        '--sql',
        query.replace('waiting', 'apim_lab.waiting'),
        '--equals',
        '',
      )
      assert.equal(exitCode, 2, String(stderr))
      assert.match(String(stderr), /^The query can't be asked: \S/m)
    }
    await met(wait('mysql', '--sql', 'SELECT COUNT(*) FROM apim_lab.waiting', '--equals', '1', '--json'))
    await sql('DROP TABLE apim_lab.waiting')
  })

  it('is met by several, each in its time', async () => {
    const {stdout} = await wait('gateway-1', '--ready', '--log', STARTED, '--link', 'key-manager:9443', '--json')
    assert.deepEqual(
      (JSON.parse(String(stdout)) as WaitResult).met.map(({condition}) => condition),
      ['ready', 'log', 'link'],
    )
  })
})
