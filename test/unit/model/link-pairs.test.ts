import assert from 'node:assert/strict'
import {buildTopology} from '../../../src/model/build-topology.js'
import {balancedPairs, databasePairs, linkPairs, type LinkPair} from '../../../src/model/link-pairs.js'
import {FOUR_COMPONENTS} from '../../fixtures/four-components.js'
import {settings, topology} from '../../support/lab.js'

const line = ({client, server, link, expected}: LinkPair) =>
  `${client.name} -> ${server.name}:${link.port} ${expected ? `${expected.host}:${expected.port}` : 'unnamed'}`

const linesOf = (pairs: readonly LinkPair[], client: string, server: string) =>
  pairs.filter(({link}) => link.client === client && link.server === server).map(line)

describe('the pairs of nodes that a link is between', () => {
  it('are one for each link of a lab with one node each, but none with itself', () => {
    const lab = topology()
    const pairs = linkPairs(lab)
    assert.equal(pairs.length, lab.links.filter(({client, server}) => client !== server).length)
    assert.ok(pairs.every(({client, server}) => client !== server))
  })

  it('are all pairs where there are several nodes, each server by its own name', () => {
    const pairs = linkPairs(topology({components: {gateway: {replicas: 2}, 'traffic-manager': {replicas: 2}}}))
    assert.deepEqual(
      linesOf(pairs, 'gateway', 'traffic-manager').filter(text => text.includes(':9611')),
      [
        'gateway-1 -> traffic-manager-1:9611 traffic-manager-1:9611',
        'gateway-1 -> traffic-manager-2:9611 traffic-manager-2:9611',
        'gateway-2 -> traffic-manager-1:9611 traffic-manager-1:9611',
        'gateway-2 -> traffic-manager-2:9611 traffic-manager-2:9611',
      ],
    )
    assert.deepEqual(linesOf(pairs, 'traffic-manager', 'traffic-manager'), [
      'traffic-manager-1 -> traffic-manager-2:5672 traffic-manager-2:5672',
      'traffic-manager-2 -> traffic-manager-1:5672 traffic-manager-1:5672',
    ])
  })

  it('name a component by the name that its nodes share', () => {
    const pairs = linkPairs(topology({components: {'key-manager': {replicas: 2}}}))
    assert.deepEqual(linesOf(pairs, 'traffic-manager', 'key-manager'), [
      'traffic-manager-1 -> key-manager-1:9443 key-manager:9443',
      'traffic-manager-1 -> key-manager-2:9443 key-manager:9443',
    ])
  })

  it('name what browsers use by its host name, with the offset', () => {
    const pairs = linkPairs(topology({portOffset: 100, components: {gateway: {replicas: 2}}}))
    assert.deepEqual(linesOf(pairs, 'devportal', 'gateway'), [
      'devportal-1 -> gateway-1:8243 gateway.apim.localhost:8343',
      'devportal-1 -> gateway-2:8243 gateway.apim.localhost:8343',
    ])
  })

  it('expect no address where no configuration has one', () => {
    const unused = linkPairs(topology()).filter(({link}) => link.use === 'unused')
    assert.ok(unused.length > 0)
    assert.ok(unused.every(({expected}) => expected === undefined))
  })

  it('leave analytics out with it', () => {
    assert.ok(linkPairs(topology({analytics: false})).every(({link}) => !/analytics/.test(link.client + link.server)))
  })

  it('are those of any release', () => {
    const four = buildTopology(
      settings({release: 'four', components: {gateway: {replicas: 2}, 'control-plane': {replicas: 2}}}),
      FOUR_COMPONENTS,
    )
    assert.deepEqual(linesOf(linkPairs(four), 'gateway', 'control-plane').length, 8)
    assert.deepEqual(linesOf(linkPairs(four), 'control-plane', 'key-manager'), [
      'control-plane-1 -> key-manager-1:9443 unnamed',
      'control-plane-2 -> key-manager-1:9443 unnamed',
    ])
    assert.deepEqual(
      balancedPairs(four).map(({open, server}) => `${open.port} ${server.name}`),
      [
        '9443 control-plane-1',
        '9443 control-plane-2',
        '8243 gateway-1',
        '8243 gateway-2',
        '8280 gateway-1',
        '8280 gateway-2',
        '9021 gateway-1',
        '9021 gateway-2',
        '8021 gateway-1',
        '8021 gateway-2',
        '9443 key-manager-1',
      ],
    )
  })
})

describe('what is behind the load balancer', () => {
  it('is every node of the component: over TLS under its own name, else under the one that they share', () => {
    const pairs = balancedPairs(topology({portOffset: 100, components: {gateway: {replicas: 2}}}))
    assert.deepEqual(
      pairs
        .filter(({open}) => [8243, 8280].includes(open.spec.port))
        .map(({open, server, expected}) => `${open.port} ${server.name} ${expected.host}:${expected.port}`),
      [
        '8343 gateway-1 gateway-1:8243',
        '8343 gateway-2 gateway-2:8243',
        '8380 gateway-1 gateway:8280',
        '8380 gateway-2 gateway:8280',
      ],
    )
  })
})

describe('who may log in to which database', () => {
  const may = (client: string, changes: Parameters<typeof topology>[0] = {}) =>
    databasePairs(topology(changes))
      .filter(pair => pair.client.name === client && pair.access !== 'none')
      .map(({database, access, key}) => [database, access, key])

  it('is asked for every component node and every database', () => {
    const lab = topology({components: {gateway: {replicas: 2}}})
    assert.equal(databasePairs(lab).length, 8 * lab.release.databases.length)
    assert.ok(databasePairs(lab).every(({client}) => client.name !== 'mysql' && client.name !== 'load-balancer'))
  })

  it('is nobody for a gateway, unless it has tenants', () => {
    assert.deepEqual(may('gateway-1'), [])
    assert.deepEqual(may('gateway-1', {multiTenancy: true}), [['shareddb', 'all', 'database.shared_db']])
  })

  it('is the dashboard for apimgtdb, to read', () => {
    const [database, access, key] = may('analytics-dashboard-1').find(([name]) => name === 'apimgtdb') ?? []
    assert.deepEqual(
      [database, access, key],
      ['apimgtdb', 'read', 'wso2.datasources.dataSources[name=AM_DB].definition.configuration'],
    )
  })
})
