import assert from 'node:assert/strict'
import {hostsOf} from '../../../src/lint/hosts.js'
import {FOUR_COMPONENTS} from '../../fixtures/four-components.js'
import {goldenTree} from '../../support/golden.js'
import {LABS, ODD, treeOf} from '../../support/golden-labs.js'
import {topology} from '../../support/lab.js'
import {findings} from './lint-releases.js'

describe('lint of what the lab renders', () => {
  // Lint knows the files of WSO2's releases.
  for (const golden of [...LABS, ...ODD].filter(lab => lab.release !== FOUR_COMPONENTS.name))
    it(`${golden.release}, ${golden.name}: nothing is found, in the lab, in the folder or file by file`, () => {
      const {release, changes} = golden
      const {path, base} = treeOf(golden)
      const tree = goldenTree(path, base)
      const lab = topology({release, ...changes})
      const files = lab.nodes
        .filter(({spec}) => spec.release === undefined && spec.config.some(({format}) => format === 'toml'))
        .map(node => {
          const file = `config/${node.name}/repository/conf/deployment.toml`
          const text = tree[file]
          assert.ok(text !== undefined, `${path}/${file} is not there`)
          return {file, text, node: node.name, role: node.component}
        })
      const bare = files.map(({file, text}) => ({file, text}))
      assert.ok(files.length >= 2)
      assert.deepEqual(findings(files, lab.release, hostsOf(lab)), [])
      assert.deepEqual(findings(bare, release), [])
      assert.deepEqual(
        bare.flatMap(file => findings([file], release)),
        [],
      )
    })
})
