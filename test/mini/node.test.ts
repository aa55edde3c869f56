import assert from 'node:assert/strict'
import {existsSync, readFileSync} from 'node:fs'
import {createServer, type AddressInfo} from 'node:net'
import type {Health} from '../../src/mini/health.js'
import {startNode, type NodeOptions, type RunningNode} from '../../src/mini/node.js'
import {PORTS} from '../../src/mini/ports.js'
import {ROLES} from '../../src/mini/profiles.js'
import {askPort} from './support/cluster.js'
import {COMPLETE, common, databases, keyManager, localShared, throttling} from './support/configs.js'
import {makeHome, type Home} from './support/home.js'
import {fakeMysql, type FakeMysql} from './support/mysql.js'
import {greetingPeer, httpsPeer, type Peer} from './support/peers.js'
import {NODE} from './support/pki.js'
import {makerOf} from './support/maker-of.js'
import {until} from './support/until.js'

const QUICK: Partial<NodeOptions> = {
  host: '127.0.0.1',
  portFor: () => 0,
  pace: {pingEvery: 100, silence: 2_000},
  links: {timeout: 500, checkEvery: 20},
  databases: {connectTimeout: 500, checkEvery: 20},
}

describe('mini: a running node', () => {
  const homes: Home[] = []
  const nodes: RunningNode[] = []
  const stoppable: (Peer | FakeMysql)[] = []
  const logged: string[] = []
  afterEach(async () => {
    for (const it of nodes.splice(0)) await it.close()
    for (const it of stoppable.splice(0)) await it.stop()
    for (const it of homes.splice(0)) it.remove()
    logged.length = 0
  })

  const start = async (profile: string, config: string, more: Partial<NodeOptions> = {}) => {
    const home = makeHome(profile, config)
    homes.push(home)
    const node = await startNode({
      makerOf,
      role: home.role,
      home: home.path,
      node: `${home.role.component}-1`,
      env: {},
      log: (level, source, message) => logged.push(`${level} ${source} ${message}`),
      startedAt: new Date(),
      ...QUICK,
      ...more,
    })
    nodes.push(node)
    return {node, home}
  }
  const keep = async <T extends Peer | FakeMysql>(made: Promise<T>) => {
    const it = await made
    stoppable.push(it)
    return it
  }

  const health = async (node: RunningNode, table = 9443) => {
    const {status, text, body} = await askPort(node.port(table), true, '/health')
    return {status, text, body: body as Health}
  }
  const ready = (node: RunningNode) => until('readiness', async () => (await health(node)).status === 200)
  const unready = (node: RunningNode) => until('unreadiness', async () => (await health(node)).status === 503)

  for (const role of ROLES) {
    it(`opens every port of ${role.profile}`, async () => {
      const {node, home} = await start(role.profile, COMPLETE[role.profile] ?? '')
      const management = role.profile === 'worker' ? 9444 : role.profile === 'dashboard' ? 9643 : 9443
      const {body, text} = await health(node, management)
      assert.equal(body.component, role.component)
      assert.equal(body.node, `${role.component}-1`)
      assert.equal(body.release, 'mini')
      assert.deepEqual(
        body.listeners.map(it => `${it.protocol} ${it.purpose}`),
        PORTS[role.profile].map(it => `${it.protocol} ${it.purpose}`),
      )
      assert.ok(PORTS[role.profile].every(it => node.port(it.port) > 0))
      assert.ok(body.localDatabases.length > 0)
      for (const {file} of body.localDatabases) assert.ok(existsSync(file), file)
      const [record] = readFileSync(body.localDatabases[0]?.file ?? '', 'utf8')
        .trim()
        .split('\n')
      assert.equal((JSON.parse(record ?? '') as {profile: string}).profile, role.profile)
      assert.ok(!text.includes('s3cret'))
      assert.ok(body.links.every(it => it.file === `${home.path}/${role.configFile}`))
    })
  }

  it('becomes ready with its last required peer, and stays ready when one is lost', async () => {
    const manager = await keep(httpsPeer())
    const topics = await keep(greetingPeer('traffic-manager', 0, undefined, 'event-hub'))
    const secure = await keep(greetingPeer('traffic-manager', 0, NODE, 'throttling-events-auth'))
    const events = (port = 0) => greetingPeer('traffic-manager', port, undefined, 'throttling-events')
    const later = await keep(events())
    await later.stop()
    const at = (port: number) =>
      `localhost:${{9443: manager.port, 5672: topics.port, 9611: later.port, 9711: secure.port}[port]}`
    const {node} = await start(
      'gateway-worker',
      common('gateway-worker') + localShared + keyManager(at) + throttling([at]),
    )
    const states = async () =>
      Object.fromEntries((await health(node)).body.links.map(it => [it.key.split('.').at(-1), it.state]))
    const missing = 'traffic_manager_urls[0]'
    await until('the other links', async () =>
      Object.entries(await states()).every(([key, state]) => (state === 'connected') === (key !== missing)),
    )
    const before = await until('all else to be there', async () => {
      const it = await health(node)
      return it.body.waitingFor.length === 1 && it
    })
    assert.equal(before.status, 503)
    assert.deepEqual(before.body.waitingFor, [
      `link to traffic-manager at tcp://localhost:${later.port} (apim.throttling.url_group[0].traffic_manager_urls[0])`,
    ])
    assert.ok(!logged.some(it => it.includes('started in')))

    const late = await keep(events(later.port))
    await ready(node)
    assert.equal(logged.filter(it => /WSO2 Carbon started in \d+\.\d+ sec$/.test(it)).length, 1)

    await late.stop()
    await until('the loss', async () => (await states())[missing] === 'connecting')
    const {status, body} = await health(node)
    assert.equal(status, 200)
    assert.deepEqual(body.waitingFor, [])
    await keep(events(later.port))
    await until('the link', async () => (await states())[missing] === 'connected')
    assert.equal(logged.filter(it => it.includes('started in')).length, 1)
  })

  it('is unready while a database is away', async () => {
    const tables = ['AM_API', 'AM_APPLICATION', 'AM_SUBSCRIPTION', 'AM_KEY_MANAGER', 'AM_SCOPE_BINDING', 'SP_APP']
    tables.push('UM_TENANT', 'UM_DOMAIN', 'UM_USER', 'UM_ROLE', 'UM_USER_ROLE', 'UM_UUID_DOMAIN_MAPPER')
    const server = await keep(fakeMysql({tables}))
    const manager = await keep(httpsPeer())
    const config =
      common('traffic-manager') +
      databases(() => `127.0.0.1:${server.port}`) +
      keyManager(() => `localhost:${manager.port}`)
    const {node} = await start('traffic-manager', config)
    await ready(node)
    await server.stop()
    await unready(node)
    const body = await until('both losses', async () => {
      const found = (await health(node)).body
      return found.waitingFor.length === 2 && found
    })
    assert.ok(body.waitingFor.includes(`database apimgtdb on 127.0.0.1:${server.port}`))
    assert.deepEqual(
      body.databases.map(({name, user, state}) => ({name, user, state})),
      ['apimgtdb', 'shareddb'].map(name => ({name, user: 'account', state: 'connecting'})),
    )
    await keep(fakeMysql({tables, port: server.port}))
    await ready(node)
  })

  it('fails when the schema is not there', async () => {
    const server = await keep(fakeMysql({tables: []}))
    const config = common('traffic-manager') + databases(() => `127.0.0.1:${server.port}`) + keyManager()
    const {node} = await start('traffic-manager', config)
    await assert.rejects(
      node.failed,
      /table (AM_API|UM_TENANT) is missing; dbscripts\/(apimgt\/)?mysql.sql should have created it/,
    )
  })

  it('fails when a port is taken, naming it, and leaves none open', async () => {
    const taken = createServer()
    await new Promise<void>(resolve => taken.listen(0, '127.0.0.1', resolve))
    const {port} = taken.address() as AddressInfo
    const portFor = (it: number) => (it === 9611 ? port : 0)
    await assert.rejects(start('traffic-manager', COMPLETE['traffic-manager'] ?? '', {portFor}), {
      name: 'StartFailure',
      message: /^port 9611 \(throttling events\) can't be opened: .*EADDRINUSE/,
    })
    taken.close()
  })

  it('fails when its local database can not be written', async () => {
    const config = `${COMPLETE['gateway-worker']}[database.local]\nurl = "jdbc:h2:./repository/resources/security/ca.pem/X"`
    await assert.rejects(
      start('gateway-worker', config),
      /local database WSO2CARBON_DB: \S+ca.pem can't be made: (EEXIST|ENOTDIR)/,
    )
  })

  it('two real nodes find each other', async () => {
    const {node: manager} = await start('traffic-manager', COMPLETE['traffic-manager'] ?? '')
    const keys = await keep(httpsPeer())
    const at = (port: number) => `localhost:${manager.port(port)}`
    const config =
      common('gateway-worker') + localShared + keyManager(() => `localhost:${keys.port}`) + throttling([at])
    const {node: gateway} = await start('gateway-worker', config)
    // Without its databases the traffic manager has no data for the gateway: it is found, no more.
    const details = async () =>
      (await health(gateway)).body.links.filter(it => it.detail.startsWith('greeted')).map(it => it.detail)
    await until('the links', async () => (await details()).length === 3)
    assert.deepEqual(await details(), [
      'greeted by traffic-manager-1 (event-hub)',
      'greeted by traffic-manager-1 (throttling-events)',
      'greeted by traffic-manager-1 (throttling-events-auth)',
    ])
  })
})
