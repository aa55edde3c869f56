import assert from 'node:assert/strict'
import {harmless, jsonLine, linePrinter} from '../../../src/cli/log-printer.js'

const line = (node: string, text: string) => ({node, at: '2026-03-14T15:00:00Z', stream: 'stdout' as const, line: text})
const colorOf = (text: string) => /^\u001B\[(\d+)m/.exec(text)?.[1]

describe('linePrinter', () => {
  const terminal = {tty: true, color: true}
  const known = ['gateway-1', 'mysql']

  it('gives every node a colour that stays', () => {
    const print = linePrinter(known, terminal)
    const first = colorOf(print(line('gateway-1', 'a')))
    assert.notEqual(first, colorOf(print(line('mysql', 'a'))))
    assert.equal(colorOf(print(line('gateway-1', 'b'))), first)
    assert.equal(colorOf(linePrinter(known, terminal)(line('gateway-1', 'c'))), first)
  })

  it('gives a node that came later a colour of its own', () => {
    const print = linePrinter(known, terminal)
    const colors = ['gateway-1', 'mysql', 'gateway-2'].map(node => colorOf(print(line(node, ''))))
    assert.equal(new Set(colors).size, 3)
  })

  it('pads names and uses no colour where none is wanted', () => {
    const print = linePrinter(known, {tty: true, color: false})
    assert.equal(print(line('mysql', '\u001B[31mred\u001B[0m')), 'mysql     | red\n')
  })

  it('leaves lines alone in a pipe', () => {
    const print = linePrinter(known, {tty: false, color: false})
    assert.equal(print(line('mysql', '\u001B[31mred\u0007')), 'mysql     | \u001B[31mred\u0007\n')
  })
})

describe('harmless', () => {
  for (const [what, text, shown] of [
    ['a clear screen', 'a\u001B[2Jb', 'ab'],
    ['a title', 'a\u001B]0;owned\u0007b', 'ab'],
    ['a title that ends in ST', 'a\u001B]0;owned\u001B\\b', 'ab'],
    ['a title that never ends', 'a\u001B]0;owned', 'a'],
    ['a device control string', 'a\u001BPq#0\u001B\\b', 'ab'],
    ['cursor movement', '50%\r100%\u001B[1A', '50%100%'],
    ['a full reset', 'a\u001Bcb', 'ab'],
    ['a character set', 'a\u001B(0b', 'ab'],
    ['C1 controls', 'a\u009B2Jb\u0085', 'ab'],
    ['a bell and a backspace', 'a\u0007\u0008b', 'ab'],
    ['half a sequence', 'a\u001B[', 'a'],
    ['what is no control', 'a\tb – ü 🙂', 'a\tb – ü 🙂'],
  ] as const)
    it(`strips ${what}`, () => {
      assert.equal(harmless(text, false), shown)
      assert.equal(harmless(text, true), shown)
    })

  it('lets colours through and ends them', () => {
    assert.equal(harmless('\u001B[1;31mred\u001B[2K', true), '\u001B[1;31mred\u001B[0m')
    assert.equal(harmless('\u001B[1;31mred', false), 'red')
  })

  it('ends a control string at a colour', () =>
    assert.equal(harmless('a\u001B]0;x\u001B[31my', true), 'a\u001B[31my\u001B[0m'))
})

describe('jsonLine', () => {
  it('is one document a line', () =>
    assert.equal(
      jsonLine(line('mysql', 'a\u001B[31m"b"')),
      '{"node":"mysql","at":"2026-03-14T15:00:00Z","stream":"stdout","line":"a\\u001b[31m\\"b\\""}\n',
    ))
})
