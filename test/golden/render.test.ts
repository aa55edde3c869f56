import assert from 'node:assert/strict'
import {parse as parseToml} from 'smol-toml'
import {parse as parseYaml} from 'yaml'
import {parseCompose} from '../../src/render/compose.js'
import {assertGolden} from '../support/golden.js'
import {deadKeys} from '../../src/config/dead-keys.js'
import {keyPaths, loadKeys} from '../../src/config/known-keys.js'
import {resolveConfig} from '../../src/config/resolve.js'
import {rendered, topology} from '../support/lab.js'
import {LABS, ODD} from '../support/golden-labs.js'

const REPEATED = /\/(wso2carbon|client-truststore)\.(pem|jks)$/

describe('the rendered lab', () => {
  for (const {release, name, changes} of [...LABS, ...ODD])
    it(`${release}, ${name}`, () => {
      const {files} = rendered({release, ...changes})
      // The key stores are the test's own stand-ins.
      const kept = files.filter(({path}) => !REPEATED.test(path))
      assertGolden(`${release}/${name}`, Object.fromEntries(kept.map(({path, content}) => [path, content.toString()])))
    })

  for (const {release, name, changes} of LABS)
    it(`${release}, ${name}: every file parses, and every key is known`, async () => {
      const known = await loadKeys(topology({release}).release.config.keys)
      for (const {path, content} of rendered({release, ...changes}).files) {
        const text = content.toString()
        if (path.endsWith('.yaml')) assert.ok(parseYaml(text, {strict: true}), path)
        if (!path.endsWith('.toml')) continue
        assert.deepEqual(
          keyPaths(parseToml(text)).filter(key => !known.has(key)),
          [],
          path,
        )
      }
    })

  for (const {release, name, changes} of LABS)
    it(`${release}, ${name}: the product's configuration mapper would take every file, and no key is dead`, () => {
      const {config} = topology({release}).release
      for (const {path, content} of rendered({release, ...changes}).files) {
        if (!path.endsWith('.toml')) continue
        const table = parseToml(content.toString())
        assert.deepEqual(resolveConfig(table, config).faults, [], path)
        assert.deepEqual(deadKeys(table, config), [], path)
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
