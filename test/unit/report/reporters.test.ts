import assert from 'node:assert/strict'
import {jsonReporter} from '../../../src/report/json.js'
import {plainReporter} from '../../../src/report/plain.js'
import {ttyReporter} from '../../../src/report/tty.js'

const collect = () => {
  const parts: string[] = []
  return {write: (text: string) => void parts.push(text), text: () => parts.join('')}
}

describe('reporters', () => {
  it('plain tells a line an event, and nothing twice', () => {
    const {write, text} = collect()
    const reporter = plainReporter(write)
    reporter.begin('Lab apim')
    for (let i = 0; i < 3; i++) reporter.on({subject: 'gateway-1', state: 'working', text: 'waiting'})
    reporter.on({subject: 'gateway-1', state: 'failed', text: 'exited'})
    assert.equal(text(), 'Lab apim\ngateway-1: waiting\nfailed: gateway-1: exited\n')
  })

  it('plain tells a growing figure now and then, and not those of parts', () => {
    const {write, text} = collect()
    let now = 0
    const reporter = plainReporter(write, () => now)
    const figure = (what: string, part?: string) =>
      reporter.on({subject: 'a', state: 'working', text: what, figure: true, ...(part !== undefined && {part})})
    for (; now < 11_000; now += 1000) {
      figure(`${now} MB`)
      figure(`${now} MB`, 'layer')
    }
    reporter.on({subject: 'a', part: 'layer', state: 'done', text: 'done'})
    assert.equal(text(), 'a: 0 MB\na: 5000 MB\na: 10000 MB\na layer: done\n')
  })

  it('plain tells the first figure of each subject, though the clock moves on while it looks at it', () => {
    const {write, text} = collect()
    let now = 0
    const reporter = plainReporter(write, () => now++)
    for (const subject of ['a', 'b']) reporter.on({subject, state: 'working', text: '1 MB', figure: true})
    assert.equal(text(), 'a: 1 MB\nb: 1 MB\n')
  })

  it('tty shows parts below their subject until it is done', () => {
    const {write, text} = collect()
    const reporter = ttyReporter({write, columns: () => 40, rows: () => 10, color: false})
    const on = (subject: string, state: 'working' | 'done', part?: string) =>
      reporter.on({subject, state, text: '', ...(part !== undefined && {part})})
    for (const subject of ['a', 'b']) on(subject, 'working')
    for (const part of ['x', 'y']) on('a', 'working', part)
    on('b', 'working', 'z')
    reporter.end()
    const lines = () =>
      text()
        .replaceAll(/\u001B\[[?0-9;]*[A-Za-z]/g, '')
        .split('\n')
        .map(line => line.slice(2).trimEnd())
    assert.deepEqual(lines(), ['a', '  x', '  y', 'b', '  z', ''])
    on('a', 'working')
    on('a', 'working', 'x')
    on('a', 'done')
    reporter.end()
    assert.deepEqual(lines().slice(-2), ['a', ''])
  })

  it('json is NDJSON', () => {
    const {write, text} = collect()
    jsonReporter(write).on({subject: 'gateway-1', state: 'done', text: 'ready'})
    assert.deepEqual(JSON.parse(text()), {subject: 'gateway-1', state: 'done', text: 'ready'})
  })

  it('tty never writes a line wider than the terminal, and gives the cursor back', () => {
    const {write, text} = collect()
    const reporter = ttyReporter({write, columns: () => 40, rows: () => 10, color: false})
    reporter.begin('Lab apim')
    reporter.on({subject: 'gateway-1', state: 'working', text: 'x'.repeat(200)})
    reporter.end()
    reporter.end()
    assert.ok(text().endsWith('\u001B[?25h'))

    const visible = text().replaceAll(/\u001B\[[?0-9;]*[A-Za-z]/g, '')
    assert.ok(visible.split('\n').every(line => line.length < 40))
  })
})
