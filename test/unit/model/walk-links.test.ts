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
      for (const step of steps.filter(step => lab.release.walk?.links[step])) {
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

  it('rely on services that their release has, on ports that users reach but for analytics and samples', () => {
    for (const {name: release} of walked) {
      const lab = topology({release})
      // To clean up is to ask whatever others have asked.
      const own = (Object.keys(lab.release.walk?.links ?? {}) as StepName[]).filter(step => step !== 'clean-up')
      const asked = new Set<ServiceName>([...own.flatMap(step => STEP_SERVICES[step]), 'sample-backend'])
      const places = [...asked].map(service => [service, placeOf(service, lab)] as const)
      for (const [service, place] of places) assert.ok(place, `${release} ${service}`)
      const inside = places.filter(([, place]) => !place?.open).map(([service]) => service)
      for (const service of inside) assert.match(service, /^(analytics-store|sample-backend)$/, release)
    }
  })
})
