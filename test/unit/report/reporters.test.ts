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
