import assert from 'node:assert/strict'
import {instantText, nanosOf, wholeSeconds} from '../../../src/model/instant.js'

describe('an instant', () => {
  for (const [text, shown] of [
    ['2026-11-29T16:27:44.123456789Z', '2026-11-29T16:27:44.123456789Z'],
    ['2026-11-29T16:27:44.12Z', '2026-11-29T16:27:44.120000000Z'],
    ['2026-11-29T16:27:44Z', '2026-11-29T16:27:44.000000000Z'],
    ['2026-11-29T18:27:44.000000001+02:00', '2026-11-29T16:27:44.000000001Z'],
    ['2026-11-29 16:27Z', '2026-11-29T16:27:00.000000000Z'],
    ['2026-11-29T16:27:44.1234567891Z', '2026-11-29T16:27:44.123456789Z'],
  ] as const)
    it(`${text} is ${shown}`, () => assert.equal(instantText(nanosOf(text)!), shown))

  for (const text of ['', '2026-11-29', 'now', '2026-13-29T16:27:44Z', '2026-11-29T16:27:44.Z', '16:27:44'])
    it(`${JSON.stringify(text)} is none`, () => assert.equal(nanosOf(text), undefined))

  it('is as exact as it is written: texts that differ in a nanosecond do too', () => {
    const [one, other] = ['2026-11-29T16:27:44.123456788Z', '2026-11-29T16:27:44.123456789Z'].map(nanosOf)
    assert.equal(other! - one!, 1n)
  })

  it('in whole seconds is no later than it is, and not before 1970', () => {
    assert.equal(wholeSeconds(nanosOf('1970-01-01T00:00:01.999999999Z')!), 1)
    assert.equal(wholeSeconds(nanosOf('0001-01-01T00:00:00Z')!), 0)
  })
})
