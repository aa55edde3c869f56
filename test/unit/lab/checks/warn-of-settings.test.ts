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
    const [text] = warned({release: '4.2.0', analytics: true}, {analytics: 'flag'})
    assert.match(text ?? '', /^analytics: release 4\.2\.0 has no components for them: .*cloud.* from 4\.3\.0 on$/)
    const [log] = warned({release: '4.6.0', analytics: true}, {analytics: 'lab file'})
    assert.match(log ?? '', /gateways write each call to repository\/logs\/apim_metrics\.log.*Moesif/)
    assert.deepEqual(warned({release: '4.2.0'}, {analytics: 'default'}), [])
    assert.deepEqual(warned({release: '4.2.0', analytics: false}, {analytics: 'flag'}), [])
    assert.deepEqual(warned({release: '3.2.0'}, {analytics: 'flag'}), [])
  })

  it('is warned about: a component of another release', () => {
    const [text] = warned({release: '4.7.0', components: {gateway: {release: '4.6.0'}}})
    assert.match(text ?? '', /^gateway is of 4\.6\.0 in a lab of 4\.7\.0: the product has one version for all nodes/)
    assert.deepEqual(warned({release: '4.7.0', components: {gateway: {image: 'mine:1'}}}), [])
  })

  for (const changes of [{release: '3.0.0'}, {release: '3.2.0', tls: 'product'}] as const)
    it(`is not: ${JSON.stringify(changes)}`, () => assert.deepEqual(warned(changes), []))
})
