import assert from 'node:assert/strict'
import {LabError} from '../../../src/errors.js'
import {buildTopology} from '../../../src/model/build-topology.js'
import {allReleases} from '../../../src/model/releases/index.js'
import type {LabSettings} from '../../../src/model/settings.js'
import {DEFAULTS} from '../../../src/model/settings.js'
import {topology} from '../../support/lab.js'
import {FOUR_COMPONENTS} from '../../fixtures/four-components.js'

const settings = (own: Partial<LabSettings> = {}): LabSettings => ({lab: 'demo', release: 'four', ...DEFAULTS, ...own})
const four = (own: Partial<LabSettings> = {}) => buildTopology(settings(own), FOUR_COMPONENTS)

const usageError = (message: RegExp) => (error: unknown) => {
  assert.ok(error instanceof LabError)
  assert.equal(error.code, 'usage-invalid')
  assert.match(error.message, message)
  return true
}

describe('the topology of a release with four components', () => {
  it('has a node for each of them, then mysql and load-balancer', () => {
    assert.deepEqual(
      four().nodes.map(({name}) => name),
      ['control-plane-1', 'gateway-1', 'traffic-manager-1', 'key-manager-1', 'mysql', 'load-balancer'],
    )
  })

  it('has its databases, and none for a gateway without tenants', () => {
    const databases = Object.fromEntries(four().nodes.map(node => [node.name, node.databases.map(use => use.database)]))
    assert.deepEqual(databases, {
      'control-plane-1': ['apis', 'registry'],
      'gateway-1': [],
      'traffic-manager-1': ['apis', 'registry'],
      'key-manager-1': [],
      mysql: [],
      'load-balancer': [],
    })
  })

  const gatewayDatabases = (own: Partial<LabSettings>) =>
    four(own)
      .nodes.find(({name}) => name === 'gateway-1')
      ?.databases.map(({database}) => database)

  it('gives gateways the shared database with several tenants, or when asked', () => {
    assert.deepEqual(gatewayDatabases({multiTenancy: true}), ['registry'])
    assert.deepEqual(gatewayDatabases({gatewaySharedDb: true}), ['registry'])
    assert.deepEqual(gatewayDatabases({multiTenancy: true, gatewaySharedDb: false}), [])
  })

  it('opens its ports with the offset, under a host name of the lab', () => {
    const {openPorts} = four({portOffset: 100, domain: 'example.test'})
    assert.deepEqual(
      openPorts.map(({hostName, port}) => `${hostName}:${port}`),
      [
        'control-plane.demo.example.test:9543',
        'gateway.demo.example.test:8343',
        'gateway.demo.example.test:8380',
        'gateway.demo.example.test:9121',
        'gateway.demo.example.test:8121',
        'key-manager.demo.example.test:9543',
      ],
    )
  })

  it('leaves out a component without nodes, with its links and ports', () => {
    const topology = four({components: {'key-manager': {replicas: 0}}})
    assert.ok(!topology.nodes.some(({component}) => component === 'key-manager'))
    assert.ok(!topology.openPorts.some(({component}) => component === 'key-manager'))
    assert.deepEqual(
      topology.links.map(({client, server, port}) => `${client} ${server} ${port}`),
      [
        'gateway control-plane 5672',
        'gateway control-plane 9443',
        'gateway traffic-manager 9611',
        'traffic-manager control-plane 9443',
      ],
    )
  })

  it('numbers the nodes of a component and gives each its settings', () => {
    const {nodes} = four({
      components: {
        gateway: {
          replicas: 2,
          memoryMb: 512,
          image: 'mine:1',
          environment: {DEBUG: '1'},
          overlay: {path: 'gateway.toml', content: ''},
        },
        mysql: {environment: {TZ: 'UTC'}, memoryMb: 900},
      },
    })
    const gateways = nodes.filter(({component}) => component === 'gateway')
    assert.deepEqual(
      gateways.map(({name, index, image, memoryMb, environment, layers}) => [
        name,
        index,
        image,
        memoryMb,
        environment,
        layers.overlays[0]?.path,
      ]),
      [
        ['gateway-1', 1, 'mine:1', 512, {PROFILE_NAME: 'gateway', DEBUG: '1'}, 'gateway.toml'],
        ['gateway-2', 2, 'mine:1', 512, {PROFILE_NAME: 'gateway', DEBUG: '1'}, 'gateway.toml'],
      ],
    )
    const mysql = nodes.find(({name}) => name === 'mysql')
    assert.deepEqual(mysql?.environment, {TZ: 'UTC'})
    assert.equal(mysql?.memoryMb, 900)
  })
})

describe('what a topology refuses', () => {
  for (const replicas of [-1, 500, 1.5, Number.NaN, Number.POSITIVE_INFINITY]) {
    it(`refuses ${replicas} gateways, with the limit and its reason`, () => {
      assert.throws(
        () => four({components: {gateway: {replicas}}}),
        usageError(/gateway can have 0 to 4 nodes, got .*: the tests say so/),
      )
    })
  }

  it('refuses a component that the release lacks, with the nearest one', () => {
    assert.throws(() => four({components: {gatway: {}}}), usageError(/has no component gatway; did you mean gateway/))
    assert.throws(() => four({components: {publisher: {}}}), usageError(/Release four has no component publisher/))
  })

  it('is not misled by names of object members', () => {
    for (const name of ['constructor', 'toString', '__proto__']) {
      assert.throws(() => four({components: Object.fromEntries([[name, {}]])}), usageError(/has no component/))
    }
  })
})

describe('the topology of every release', () => {
  for (const release of allReleases('0.0.0')) {
    it(`${release.name}: without analytics no node, port or link of analytics is left`, () => {
      const analytics = release.components.filter(spec => spec.analytics).map(({name}) => name)
      const topology = buildTopology(settings({release: release.name, analytics: false}), release)
      assert.equal(analytics.length === 0, release.analyticsInstead !== undefined)
      assert.ok(!topology.nodes.some(({component}) => analytics.includes(component)))
      assert.ok(!topology.openPorts.some(({component}) => analytics.includes(component)))
      assert.ok(!topology.links.some(({client, server}) => analytics.includes(client) || analytics.includes(server)))
    })

    it(`${release.name}: every link is between components of the release, to a port that the server has`, () => {
      for (const {client, server, port} of buildTopology(settings({release: release.name}), release).links) {
        const spec = release.components.find(({name}) => name === server)
        assert.ok(
          release.components.some(({name}) => name === client),
          client,
        )
        assert.ok(
          spec?.ports.some(own => own.port === port),
          `${client} -> ${server}:${port}`,
        )
      }
    })
  }

  describe('single nodes', () => {
    const file = (path: string) => ({path, content: ''})
    const lab = (nodes: LabSettings['nodes']) =>
      topology({
        overlay: file('all.toml'),
        remove: ['a'],
        components: {
          gateway: {replicas: 2, environment: {A: '1', B: '1'}, overlay: file('gateway.toml'), remove: ['b']},
        },
        nodes,
      })
    const node = (name: string, {nodes}: ReturnType<typeof lab>) => nodes.find(one => one.name === name)!

    it('are stronger than their component, and their layers come last', () => {
      const own = lab({
        'gateway-2': {image: 'mine:1', memoryMb: 300, environment: {B: '2'}, overlay: file('2.toml'), remove: ['c']},
      })
      const [first, second] = [node('gateway-1', own), node('gateway-2', own)]
      assert.deepEqual(
        first.layers.overlays.map(({path}) => path),
        ['all.toml', 'gateway.toml'],
      )
      assert.deepEqual(
        second.layers.overlays.map(({path}) => path),
        ['all.toml', 'gateway.toml', '2.toml'],
      )
      assert.deepEqual(second.layers.remove, ['a', 'b', 'c'])
      assert.deepEqual([second.image, second.memoryMb], ['mine:1', 300])
      assert.deepEqual([second.environment['A'], second.environment['B']], ['1', '2'])
      assert.notEqual(first.image, 'mine:1')
    })

    it('leave the overlay for all to files of TOML', () =>
      assert.deepEqual(node('analytics-worker-1', lab({})).layers.overlays, []))

    it('that the lab does not have are an error with the nearest name', () =>
      assert.throws(
        () => lab({'gatway-2': {}}),
        (error: unknown) =>
          error instanceof LabError &&
          error.code === 'node-unknown' &&
          /no node gatway-2; did you mean gateway-2/.test(error.message),
      ))
  })
})
