import assert from 'node:assert/strict'
import {linkPairs} from '../../../src/model/link-pairs.js'
import {allReleases} from '../../../src/model/releases/index.js'
import {linkText, STEP_LINKS, stepLinks, type StepName} from '../../../src/model/walk-links.js'
import {topology, VERSION} from '../../support/lab.js'

const steps = Object.keys(STEP_LINKS) as StepName[]

describe('the links of the steps of a walk', () => {
  it('of nodes are those that links checks, in every release', () => {
    for (const {name: release} of allReleases(VERSION)) {
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

  it('know the REST APIs of every release', () => {
    for (const {name, rest, walk} of allReleases(VERSION)) assert.ok(rest && walk, name)
  })
})
