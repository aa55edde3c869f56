import assert from 'node:assert/strict'
import {existsSync, readdirSync, readFileSync} from 'node:fs'
import {join} from 'node:path'
import {ROOT} from '../../support/lab.js'
import {findings} from './lint-releases.js'

const EXPECTED = join(ROOT, 'test/golden/expected')

/** The deployment.toml of every node of a rendered lab. */
const rendered = (tree: string) =>
  readdirSync(join(tree, 'config')).flatMap(node => {
    const file = join(tree, 'config', node, 'repository/conf/deployment.toml')
    return existsSync(file)
      ? [{file: `${node}/deployment.toml`, text: readFileSync(file, 'utf8'), node, role: node.replace(/-\d+$/, '')}]
      : []
  })

describe('lint of what the lab renders', () => {
  for (const release of readdirSync(EXPECTED).filter(name => name !== 'plans'))
    for (const name of readdirSync(join(EXPECTED, release)))
      it(`${release}, ${name}: nothing is found, as a lab or file by file`, () => {
        const files = rendered(join(EXPECTED, release, name))
        assert.ok(files.length >= 5)
        assert.deepEqual(findings(files, release), [])
        assert.deepEqual(
          files.flatMap(({file, text}) => findings([{file, text}], release)),
          [],
        )
        assert.deepEqual(
          findings(
            files.map(({file, text}) => ({file, text})),
            release,
          ),
          [],
        )
      })
})
