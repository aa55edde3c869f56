import assert from 'node:assert/strict'
import {nearest} from '../../../src/model/nearest.js'

const NAMES = ['publisher', 'devportal', 'key-manager', 'gateway', 'traffic-manager']

describe('the nearest name', () => {
  const slips: readonly (readonly [written: string, meant: string])[] = [
    ['gatway', 'gateway'],
    ['gatewayy', 'gateway'],
    ['gaetway', 'gateway'],
    ['GATEWAY', 'gateway'],
    ['keymanager', 'key-manager'],
    ['dev-portal', 'devportal'],
    ['publsher', 'publisher'],
    ['trafic-manger', 'traffic-manager'],
  ]
  for (const [written, meant] of slips) {
    it(`${written} means ${meant}`, () => assert.equal(nearest(written, NAMES), meant))
  }

  it('guesses nothing where nothing is near', () => {
    for (const word of ['', 'x', 'mysql', 'analytics', '__proto__', '$(id)'])
      assert.equal(nearest(word, NAMES), undefined)
  })

  it('guesses nothing without candidates', () => assert.equal(nearest('gateway', []), undefined))

  it('takes the first of two that are equally near', () => assert.equal(nearest('ab', ['ax', 'ay']), 'ax'))

  it('prefers what was written', () => assert.equal(nearest('ay', ['ax', 'ay']), 'ay'))
})
