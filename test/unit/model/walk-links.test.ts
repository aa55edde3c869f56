import assert from 'node:assert/strict'
import {linkPairs} from '../../../src/model/link-pairs.js'
import {allReleases} from '../../../src/model/releases/index.js'
import {placeOf, type ServiceName} from '../../../src/model/services.js'
import {linkText, stepLinks} from '../../../src/model/walk-links.js'
import {STEP_SERVICES, type StepName} from '../../../src/model/walk.js'
import {topology, VERSION} from '../../support/lab.js'

/** Releases that verify knows. */
const walked = allReleases(VERSION).filter(({walk}) => walk)

const steps = Object.keys(STEP_SERVICES) as StepName[]

describe('the links of the steps of a walk', () => {
  it('of nodes are those that links checks, in every release', () => {
    for (const {name: release} of walked) {
      const lab = topology({release})
      const checked = linkPairs(lab).map(({client, server, link}) => `${client.name} -> ${server.name}:${link.port}`)
      const outer = /^(user|load-balancer|helper) -> /
      for (const step of steps) {
        const links = stepLinks(step, lab).map(linkText)
        assert.ok(links.length > 0, `${release} ${step}`)
        for (const link of links) assert.ok(outer.test(link) || checked.includes(link), `${release} ${step}: ${link}`)
      }
    }
  })

  it('name every node, and the published port with its offset', () => {
    const lab = topology({portOffset: 1000, components: {gateway: {replicas: 2}}})
    assert.deepEqual(stepLinks('no-token', lab).map(linkText), [
      'user -> load-balancer:9243',
      'load-balancer -> gateway-1:8243',
      'load-balancer -> gateway-2:8243',
    ])
  })

  it('has none to analytics in a lab without', () => {
    const lab = topology({analytics: false})
    assert.deepEqual(stepLinks('alert', lab), [])
  })

  it('rely on services that every release has, on ports that users reach but for two', () => {
    for (const {name: release} of walked) {
      const lab = topology({release})
      const asked = new Set<ServiceName>([...Object.values(STEP_SERVICES).flat(), 'sample-backend', 'analytics-store'])
      const places = [...asked].map(service => [service, placeOf(service, lab)] as const)
      for (const [service, place] of places) assert.ok(place, `${release} ${service}`)
      assert.deepEqual(
        places.filter(([, place]) => !place?.open).map(([service]) => service),
        ['analytics-store', 'sample-backend'],
        release,
      )
    }
  })
})
