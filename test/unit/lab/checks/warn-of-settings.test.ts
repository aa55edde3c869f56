import assert from 'node:assert/strict'
import {warnOfSettings} from '../../../../src/lab/checks/warn-of-settings.js'
import type {LabSettings} from '../../../../src/model/settings.js'
import {topology} from '../../../support/lab.js'

const warned = (changes: Partial<LabSettings>) => {
  const texts: string[] = []
  warnOfSettings(topology(changes), {begin: () => {}, on: ({text}) => void texts.push(text), end: () => {}})
  return texts
}

describe('a lab that will not work as a whole', () => {
  it("is warned about: 3.0.0 on the product's certificates", () => {
    const [text] = warned({release: '3.0.0', tls: 'product'})
    assert.match(text ?? '', /^tls: product: the gateway of 3\.0\.0 verifies host names/)
  })

  for (const changes of [{release: '3.0.0'}, {release: '3.2.0', tls: 'product'}] as const)
    it(`is not: ${JSON.stringify(changes)}`, () => assert.deepEqual(warned(changes), []))
})
