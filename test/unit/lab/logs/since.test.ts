import assert from 'node:assert/strict'
import {LabError} from '../../../../src/errors.js'
import {parseSince} from '../../../../src/lab/logs/since.js'

const NOW = new Date('2026-03-14T15:00:00Z')
const nanos = (time: string) => BigInt(Date.parse(time)) * 1_000_000n

describe('parseSince', () => {
  for (const [text, time] of [
    ['90s', '2026-03-14T14:58:30Z'],
    ['10m', '2026-03-14T14:50:00Z'],
    ['1h30m', '2026-03-14T13:30:00Z'],
    ['2d', '2026-03-12T15:00:00Z'],
    ['2026-03-14T15:00:00Z', '2026-03-14T15:00:00Z'],
    ['2026-03-14T15:00:00.25Z', '2026-03-14T15:00:00.250Z'],
    ['2026-03-14T15:00:00+02:00', '2026-03-14T13:00:00Z'],
    ['2026-03-14 15:00', '2026-03-14T15:00:00'],
    ['2026-03-14', '2026-03-14T00:00:00'],
    ['999999999d', '1970-01-01T00:00:00Z'],
  ] as const)
    it(`${text} is ${time}`, () => assert.equal(parseSince(text, NOW), nanos(time)))

  for (const text of ['', '10', 'yesterday', '-5m', '10 m', '5w', '2026-13-45', '2026', '2026-03-14T99:00', '$(id)'])
    it(`refuses ${JSON.stringify(text)}`, () =>
      assert.throws(
        () => parseSince(text, NOW),
        (error: unknown) => error instanceof LabError && error.code === 'usage-invalid',
      ))
})
