import assert from 'node:assert/strict'
import {join} from 'node:path'
import {readToml} from '../../../src/config/toml-source.js'
import {componentNodes} from '../../../src/model/link-pairs.js'
import {faultsOf, FIXTURES, importSet, inputFiles, leafKeys} from '../../support/imports.js'

/** Sets of files as people of 4.x have them, and the nodes that come of them. */
const SETS: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  // Two tiers: the control planes are key manager and traffic manager too, each with addresses of its own behind one name.
  'control-planes-do-all': {'control-plane': 2, gateway: 2},
  // Four servers on one machine, told apart by their offsets.
  'one-machine-4x': {'key-manager': 1, 'control-plane': 1, 'traffic-manager': 1, gateway: 1},
}

describe('files of 4.x, imported', () => {
  for (const [name, expected] of Object.entries(SETS)) {
    const files = inputFiles(join(FIXTURES, name))
    const set = importSet(files)

    it(`${name}: is a lab with the same nodes, whose links lead where they should`, () => {
      const nodes = componentNodes(set.topology).map(({component}) => component)
      const counts = [...new Set(nodes)].map(component => [component, nodes.filter(one => one === component).length])
      assert.deepEqual(Object.fromEntries(counts), expected)
      assert.deepEqual(faultsOf(set), [])
    })

    it(`${name}: tells of every key what became of it, and has no secret of production`, () => {
      const told = new Set(set.report.entries.map(({file, key}) => `${file}: ${key}`))
      for (const {path, text} of files)
        for (const key of leafKeys(readToml(text).table)) assert.ok(told.has(`${path}: ${key}`), `${path}: ${key}`)
      for (const {path, text} of set.output) assert.doesNotMatch(text, /-secret\b|Pr0duction/, path)
    })
  }

  it('asks the control planes of a lab for what production asks its own', () => {
    const {rendered} = importSet(inputFiles(join(FIXTURES, 'control-planes-do-all')))
    const text = JSON.stringify(rendered.get('gateway-1'))
    for (const address of [
      'https://control-plane:9443/services/',
      'tcp://control-plane-2:9611',
      'tcp://control-plane-1:5672',
    ])
      assert.ok(text.includes(address), address)
    assert.doesNotMatch(text, /traffic-manager|key-manager|10\.0\.0/)
  })
})
