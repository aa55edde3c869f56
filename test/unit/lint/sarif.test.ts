import assert from 'node:assert/strict'
import {existsSync} from 'node:fs'
import {join} from 'node:path'
import {RULES} from '../../../src/lint/rules/index.js'
import {sarifOf} from '../../../src/lint/sarif.js'
import {ROOT} from '../../support/lab.js'
import {findings} from './lint-releases.js'

interface Sarif {
  readonly version: string
  readonly runs: readonly {
    readonly tool: {readonly driver: {readonly rules: readonly {readonly id: string; readonly helpUri: string}[]}}
    readonly results: readonly {
      readonly ruleId: string
      readonly ruleIndex: number
      readonly level: string
      readonly locations: unknown
    }[]
  }[]
}

describe('findings as SARIF', () => {
  const found = findings([{file: 'my conf/deployment.toml', text: '[user_store]\ntype = "x"\n'}])
  const {version, runs} = sarifOf(found, RULES, '1.0.0') as Sarif
  const [run] = runs

  it('say what, how bad and where', () => {
    assert.equal(version, '2.1.0')
    const [{ruleId, ruleIndex, level, locations} = assert.fail()] = run!.results
    assert.deepEqual([ruleId, level], ['value-refused', 'error'])
    assert.equal(run!.tool.driver.rules[ruleIndex]?.id, ruleId)
    assert.deepEqual(locations, [
      {
        physicalLocation: {
          artifactLocation: {uri: 'my%20conf/deployment.toml'},
          region: {startLine: 2, startColumn: 1},
        },
      },
    ])
  })

  it('name a page that is there for every rule', () => {
    for (const {helpUri} of run!.tool.driver.rules) assert.ok(existsSync(join(ROOT, helpUri)), helpUri)
  })
})
