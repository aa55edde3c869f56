import assert from 'node:assert/strict'
import {EXAMPLES} from '../../../src/lint/examples/index.js'
import {RULES} from '../../../src/lint/rules/index.js'
import {codes, findings} from './lint-releases.js'

describe('every mistake that lint knows', () => {
  it('has an example, and no example is of a code that is gone', () =>
    assert.deepEqual(Object.keys(EXAMPLES).toSorted(), RULES.map(({code}) => code).toSorted()))

  for (const [code, {release, bad, good, hosts}] of Object.entries(EXAMPLES)) {
    it(`${code}: is found, with a place and words`, () => {
      const found = findings(bad, release, hosts).find(finding => finding.code === code)
      assert.ok(found, JSON.stringify(codes(findings(bad, release, hosts))))
      const lines = bad.find(({file}) => file === found.file)!.text.split('\n')
      assert.ok(found.line >= 1 && found.line <= lines.length && found.column >= 1, `${found.line}:${found.column}`)
      for (const text of [found.message, found.why, found.looksLike, found.fix]) assert.ok(text.length > 10, text)
    })

    it(`${code}: put right, nothing at all is found`, () => assert.deepEqual(findings(good, release, hosts), []))
  }
})
