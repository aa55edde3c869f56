import assert from 'node:assert/strict'
import {parse as parseToml} from 'smol-toml'
import {parse as parseYaml} from 'yaml'
import type {LabSettings} from '../../src/model/settings.js'
import {parseCompose} from '../../src/render/compose.js'
import {assertGolden} from '../support/golden.js'
import {keyPaths, knownKeys} from '../support/known-keys.js'
import {rendered} from '../support/lab.js'

const TOPOLOGIES: Readonly<Record<string, Partial<LabSettings>>> = {
  defaults: {},
  'two-gateways': {components: {gateway: {replicas: 2}}},
  'two-traffic-managers': {components: {'traffic-manager': {replicas: 2}}},
  'no-analytics': {analytics: false},
  'multi-tenant': {multiTenancy: true},
}

// 3.2.1 is 3.2.0 on another image: one tree shows it.
const LABS = ['mini', '3.0.0', '3.1.0', '3.2.0', '3.2.1'].flatMap(release =>
  Object.entries(TOPOLOGIES)
    .filter(([name]) => release !== '3.2.1' || name === 'defaults')
    .map(([name, changes]) => ({release, name, changes})),
)

const REPEATED = /\/(wso2carbon|client-truststore)\.(pem|jks)$/

describe('the rendered lab', () => {
  for (const {release, name, changes} of LABS)
    it(`${release}, ${name}`, () => {
      const {files} = rendered({release, ...changes})
      // The key stores are the test's own stand-ins.
      const kept = files.filter(({path}) => !REPEATED.test(path))
      assertGolden(`${release}/${name}`, Object.fromEntries(kept.map(({path, content}) => [path, content.toString()])))
    })

  for (const {release, name, changes} of LABS)
    it(`${release}, ${name}: every file parses, and every key is known`, () => {
      const known = knownKeys(release)
      for (const {path, content} of rendered({release, ...changes}).files) {
        const text = content.toString()
        if (path.endsWith('.yaml')) assert.ok(parseYaml(text, {strict: true}), path)
        if (!path.endsWith('.toml')) continue
        assert.deepEqual(
          keyPaths(parseToml(text)).filter(key => !known(key)),
          [],
          path,
        )
      }
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
