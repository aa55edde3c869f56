import assert from 'node:assert/strict'
import type {LabSettings} from '../../src/model/settings.js'
import {parseCompose} from '../../src/render/compose.js'
import {assertGolden} from '../support/golden.js'
import {rendered} from '../support/lab.js'

const TOPOLOGIES: Readonly<Record<string, Partial<LabSettings>>> = {
  defaults: {},
  'two-gateways': {components: {gateway: {replicas: 2}}},
  'two-traffic-managers': {components: {'traffic-manager': {replicas: 2}}},
  'no-analytics': {analytics: false},
  'multi-tenant': {multiTenancy: true},
}

const REPEATED = /\/(wso2carbon|client-truststore)\.(pem|jks)$/

describe('the rendered lab', () => {
  for (const release of ['mini', '3.2.0'])
    for (const [name, changes] of Object.entries(TOPOLOGIES))
      it(`${release}, ${name}`, () => {
        const {files} = rendered({release, ...changes})
        // The key stores are the test's own stand-ins.
        const kept = files.filter(({path}) => !REPEATED.test(path))
        assertGolden(
          `${release}/${name}`,
          Object.fromEntries(kept.map(({path, content}) => [path, content.toString()])),
        )
      })

  it('is the same each time', () => {
    assert.deepEqual(rendered(), rendered())
  })

  it('stays within the closed subset of compose, and a strange key is found', () => {
    const {files} = rendered()
    const compose = files.find(({path}) => path === 'compose.yaml')!.content.toString()
    assert.doesNotThrow(() => parseCompose(compose))
    assert.throws(() =>
      parseCompose(compose.replace('    hostname: "publisher-1"', '    hostname: "publisher-1"\n    privileged: true')),
    )
  })

  it('changes the hash of a service only where its definition or its files change', () => {
    const hashes = (lab: ReturnType<typeof rendered>) =>
      Object.fromEntries(
        Object.entries(lab.project.services).map(([service, {labels}]) => [service, labels['apim-lab.config-hash']]),
      )
    const one = hashes(rendered())
    const two = hashes(rendered({components: {gateway: {replicas: 2}}}))
    const changed = Object.keys(one).filter(service => one[service] !== two[service])
    // Portals and the load balancer learn of the new environment; nobody else does.
    assert.deepEqual(changed.toSorted(), ['devportal-1', 'publisher-1'])
  })

  it('has no secret in compose.yaml', () => {
    const {files} = rendered()
    const compose = files.find(({path}) => path === 'compose.yaml')!.content.toString()
    assert.ok(!compose.includes('-secret'))
  })
})
