import assert from 'node:assert/strict'
import {rowsText} from '../../../src/helper/databases/query.js'

describe('rows as text', () => {
  for (const [rows, text] of [
    [[], ''],
    [[['3']], '3'],
    [
      [
        ['1', null],
        ['2', 'x'],
      ],
      '1\tNULL\n2\tx',
    ],
    [[['']], ''],
  ] as const)
    it(`are ${JSON.stringify(text)}`, () => assert.equal(rowsText(rows), text))

  it('are cut where they are many', () => {
    const text = rowsText(Array.from({length: 100_000}, () => ['12345']))
    assert.ok(text.length < 70_000 && text.endsWith('…'))
  })
})
