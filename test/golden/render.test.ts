import assert from 'node:assert/strict'
import {readdirSync} from 'node:fs'
import {join} from 'node:path'
import {parse as parseToml} from 'smol-toml'
import {parse as parseYaml} from 'yaml'
import {parseCompose} from '../../src/render/compose.js'
import {assertGolden, EXPECTED, type Tree} from '../support/golden.js'
import {deadKeys} from '../../src/config/dead-keys.js'
import {keyPaths, loadKeys} from '../../src/config/known-keys.js'
import {resolveConfig} from '../../src/config/resolve.js'
import {rendered, topology} from '../support/lab.js'
import {type GoldenLab, LABS, ODD, treeOf} from '../support/golden-labs.js'

const REPEATED = /\/(wso2carbon|client-truststore|product|trust)\.(pem|jks)$/

/** What is kept of a rendered lab: all but the key stores, which are the test's own stand-ins. */
function tree({release, changes}: Pick<GoldenLab, 'release'> & Partial<GoldenLab>): Tree {
  const kept = rendered({release, ...changes}).files.filter(({path}) => !REPEATED.test(path))
  return Object.fromEntries(kept.map(({path, content}) => [path, content.toString()]))
}

/** The configuration hash follows from what the tree shows: it would repeat a change of a file in each lab's compose.yaml. */
const withoutHashes = (files: Tree): Tree =>
  Object.fromEntries(
    Object.entries(files).map(([path, text]) => [path, text.replaceAll(/(config-hash: ")[\da-f]{64}/g, '$1...')]),
  )

describe('the rendered lab', () => {
  for (const lab of [...LABS, ...ODD])
    it(`${lab.release}, ${lab.name}`, () => {
      const {path, base} = treeOf(lab)
      if (base === undefined) assertGolden(path, tree(lab))
      else assertGolden(path, withoutHashes(tree(lab)), withoutHashes(tree({release: lab.release})))
    })

  it('has no tree that is kept of no lab', () => {
    const kept = readdirSync(EXPECTED)
      .filter(release => release !== 'plans')
      .flatMap(release => readdirSync(join(EXPECTED, release)).map(name => `${release}/${name}`))
    const labs = new Set([...LABS, ...ODD].map(lab => treeOf(lab).path))
    assert.deepEqual(
      kept.filter(path => !labs.has(path)),
      [],
    )
  })

  for (const {release, name, changes} of [...LABS, ...ODD])
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

  for (const {release, name, changes} of [...LABS, ...ODD])
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
    // Portals learn of the new environment, the load balancer of the node; nobody else does.
    assert.deepEqual(changed.toSorted(), ['devportal-1', 'load-balancer', 'publisher-1'])
  })

  it('has no secret in compose.yaml', () => {
    const {files} = rendered()
    const compose = files.find(({path}) => path === 'compose.yaml')!.content.toString()
    assert.ok(!compose.includes('-secret'))
  })
})
