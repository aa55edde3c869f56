import assert from 'node:assert/strict'
import {warnOfSettings} from '../../../../src/lab/checks/warn-of-settings.js'
import type {SettingSource} from '../../../../src/model/resolve-settings.js'
import type {LabSettings} from '../../../../src/model/settings.js'
import {topology} from '../../../support/lab.js'

const warned = (changes: Partial<LabSettings>, sources: Readonly<Record<string, SettingSource>> = {}) => {
  const texts: string[] = []
  const reporter = {begin: () => {}, on: ({text}: {readonly text: string}) => void texts.push(text), end: () => {}}
  warnOfSettings({topology: topology(changes), sources}, reporter)
  return texts
}

describe('a lab that will not work as a whole', () => {
  it("is warned about: 3.0.0 on the product's certificates", () => {
    const [text] = warned({release: '3.0.0', tls: 'product'})
    assert.match(text ?? '', /^tls: product: the gateway of 3\.0\.0 verifies host names/)
  })

  it('is warned about: analytics that were asked for, of a release that has none', () => {
    const [text] = warned({release: '4.2.0'}, {analytics: 'flag'})
    assert.match(text ?? '', /^analytics: release 4\.2\.0 has no such components: .*cloud/)
    assert.deepEqual(warned({release: '4.2.0'}, {analytics: 'default'}), [])
    assert.deepEqual(warned({release: '4.2.0', analytics: false}, {analytics: 'flag'}), [])
    assert.deepEqual(warned({release: '3.2.0'}, {analytics: 'flag'}), [])
  })

  for (const changes of [{release: '3.0.0'}, {release: '3.2.0', tls: 'product'}] as const)
    it(`is not: ${JSON.stringify(changes)}`, () => assert.deepEqual(warned(changes), []))
})
