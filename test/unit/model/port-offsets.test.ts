import assert from 'node:assert/strict'
import {LabError} from '../../../src/errors.js'
import {balancedPairs, linkPairs} from '../../../src/model/link-pairs.js'
import {sampleBackendOf} from '../../../src/lab/verify/sample-backend.js'
import {linkText, stepLinks} from '../../../src/model/walk-links.js'
import {topology} from '../../support/lab.js'

const moved = topology({components: {'traffic-manager': {offset: 5}, gateway: {offset: 3}}})

describe('a component with an offset', () => {
  it('listens and is probed on moved ports; browsers see the same ports as before', () => {
    const gateway = moved.nodes.find(({name}) => name === 'gateway-1')!
    assert.deepEqual(
      gateway.spec.ports.map(({port}) => port),
      [9446, 9766, 8246, 8283, 9102, 8102],
    )
    assert.deepEqual(
      gateway.spec.probes.map(({port}) => port),
      [9766],
    )
    assert.deepEqual(
      moved.openPorts.map(({port}) => port),
      topology().openPorts.map(({port}) => port),
    )
  })

  it('is called there by peers and by the load balancer', () => {
    const expected = linkPairs(moved).flatMap(({server, expected: own}) =>
      server.name === 'traffic-manager-1' && own ? [own.port] : [],
    )
    assert.deepEqual([...new Set(expected)].toSorted(), [5677, 9448, 9616, 9716])
    const behind = balancedPairs(moved).flatMap(({open, expected: own}) =>
      open.component === 'gateway' ? [own.port] : [],
    )
    assert.deepEqual(behind, [8246, 8283, 9102, 8102])
  })

  it("is found by the walk, which knows the product's ports, and greets as before", () => {
    assert.ok(stepLinks('call', moved).map(linkText).includes('load-balancer -> gateway-1:8246'))
    assert.ok(stepLinks('call', moved).map(linkText).includes('gateway-1 -> traffic-manager-1:5677'))
    assert.ok(moved.release.greetings[5677] && moved.release.greetings[5672])
    assert.match(sampleBackendOf(moved), /^https:\/\/localhost:9446\//)
  })

  it('can be only one whose ports one number moves', () =>
    assert.throws(
      () => topology({components: {'analytics-worker': {offset: 1}}}),
      (error: unknown) => error instanceof LabError && /analytics-worker .* has no offset/.test(error.message),
    ))
})

describe('the port for browsers', () => {
  it("takes the place of every port for HTTPS, with the lab's offset, and of no other", () => {
    const ports = (publicHttps: number, portOffset: number) => [
      ...new Set(topology({publicHttps, portOffset}).openPorts.map(({port}) => port)),
    ]
    assert.deepEqual(ports(443, 0), [443, 8280, 9099, 8099])
    assert.deepEqual(ports(443, 1000), [1443, 9280, 10099, 9099])
  })
})
