import assert from 'node:assert/strict'
import {LabError} from '../../../../src/errors.js'
import {checkThere, knownNodes, pickNode, pickNodes} from '../../../../src/lab/state/pick-nodes.js'
import {buildTopology} from '../../../../src/model/build-topology.js'
import {mini} from '../../../../src/model/releases/mini.js'
import {DEFAULTS} from '../../../../src/model/settings.js'
import type {ObservedContainer} from '../../../../src/plan/observed.js'

const KNOWN = [
  {name: 'gateway-1', component: 'gateway'},
  {name: 'gateway-2', component: 'gateway'},
  {name: 'key-manager-1', component: 'key-manager'},
  {name: 'mysql', component: 'mysql'},
  {name: 'schema', component: 'schema'},
]

const names = (...wanted: string[]) => pickNodes(wanted, KNOWN, 'apim').map(({name}) => name)

const container = (service: string, component: string, helper = false): ObservedContainer => ({
  id: service,
  name: `apim-${service}`,
  service,
  component,
  release: 'mini',
  folder: '/labs/apim',
  configHash: '',
  image: '',
  imageId: '',
  state: 'running',
  health: 'healthy',
  networks: [],
  ports: [],
  helper,
})

describe('pickNodes', () => {
  it('takes all without arguments', () =>
    assert.deepEqual(
      names(),
      KNOWN.map(({name}) => name),
    ))

  it('takes nodes and components, each once and in the order of the lab', () => {
    assert.deepEqual(names('gateway-2'), ['gateway-2'])
    assert.deepEqual(names('schema', 'gateway', 'gateway-1'), ['gateway-1', 'gateway-2', 'schema'])
    assert.deepEqual(names('mysql', 'key-manager'), ['key-manager-1', 'mysql'])
  })

  it('names the nearest one when it knows none', () => {
    assert.throws(
      () => names('gatway'),
      (error: unknown) => {
        assert.ok(error instanceof LabError)
        assert.equal(error.code, 'node-unknown')
        assert.match(error.message, /did you mean gateway/)
        return true
      },
    )
  })

  for (const word of ['../x', 'a b', '$(id)', '\u001B[2J', 'x'.repeat(500), ''])
    it(`refuses ${JSON.stringify(word.slice(0, 20))} in words that can be shown`, () => {
      assert.throws(
        () => names(word),
        (error: unknown) => {
          assert.ok(error instanceof LabError)
          assert.equal(error.code, 'node-unknown')
          assert.ok(!error.message.includes('\u001B'))
          assert.ok(error.message.length < 200)
          return true
        },
      )
    })
})

describe('pickNode', () => {
  it('takes a component that has one node', () =>
    assert.equal(pickNode('key-manager', KNOWN, 'apim').name, 'key-manager-1'))

  it('lists the nodes of a component that has several', () => {
    assert.throws(
      () => pickNode('gateway', KNOWN, 'second'),
      (error: unknown) => {
        assert.ok(error instanceof LabError)
        assert.match(error.message, /gateway-1, gateway-2/)
        assert.deepEqual(error.next, ['apim-lab exec gateway-1 --lab second', 'apim-lab exec gateway-2 --lab second'])
        return true
      },
    )
  })
})

describe('knownNodes', () => {
  it('puts planned nodes first, then those that only the engine has, and no helper', () => {
    const topology = buildTopology({...DEFAULTS, lab: 'apim', release: 'mini', analytics: false}, mini('1'))
    const observed = {
      containers: [container('gateway-9', 'gateway'), container('schema', 'schema'), container('', '', true)],
      networks: [],
      volumes: [],
    }
    const known = knownNodes(observed, topology).map(({name}) => name)
    assert.deepEqual(known.slice(-4), ['mysql', 'load-balancer', 'gateway-9', 'schema'])
    assert.ok(known.includes('gateway-1'))
  })

  it('tells when there is nothing of a lab', () => {
    assert.throws(
      () => checkThere('second', {containers: [container('', '', true)], networks: [], volumes: []}),
      (error: unknown) =>
        error instanceof LabError && error.code === 'lab-not-found' && error.next[0] === 'apim-lab up --lab second',
    )
  })
})
