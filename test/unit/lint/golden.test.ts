import assert from 'node:assert/strict'
import {readFileSync} from 'node:fs'
import {join} from 'node:path'
import {hostsOf} from '../../../src/lint/hosts.js'
import {LABS, ODD} from '../../support/golden-labs.js'
import {ROOT, topology} from '../../support/lab.js'
import {findings} from './lint-releases.js'

const EXPECTED = join(ROOT, 'test/golden/expected')

describe('lint of what the lab renders', () => {
  for (const {release, name, changes} of [...LABS, ...ODD])
    it(`${release}, ${name}: nothing is found, in the lab, in the folder or file by file`, () => {
      const lab = topology({release, ...changes})
      const files = lab.nodes
        .filter(({spec}) => spec.release === undefined && spec.config.some(({format}) => format === 'toml'))
        .map(node => {
          const file = `config/${node.name}/repository/conf/deployment.toml`
          const text = readFileSync(join(EXPECTED, release, name, file), 'utf8')
          return {file, text, node: node.name, role: node.component}
        })
      const bare = files.map(({file, text}) => ({file, text}))
      assert.ok(files.length >= 4)
      assert.deepEqual(findings(files, lab.release, hostsOf(lab)), [])
      assert.deepEqual(findings(bare, release), [])
      assert.deepEqual(
        bare.flatMap(file => findings([file], release)),
        [],
      )
    })
})
