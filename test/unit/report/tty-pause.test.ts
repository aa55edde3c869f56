import assert from 'node:assert/strict'
import {ttyReporter} from '../../../src/report/tty.js'

const HIDE_CURSOR = '\u001B[?25l'
const SHOW_CURSOR = '\u001B[?25h'

describe('progress on a terminal that the shell takes back for a while', () => {
  let text: string
  const reporter = () => {
    text = ''
    return ttyReporter({write: more => (text += more), columns: () => 80, rows: () => 24, color: false})
  }

  it('shows the cursor when it is stopped, and nothing more until it goes on', () => {
    const one = reporter()
    one.begin('Lab apim')
    one.on({subject: 'mysql', state: 'working', text: 'starting'})
    one.pause?.()
    assert.ok(text.endsWith(SHOW_CURSOR))
    text = ''
    one.on({subject: 'mysql', state: 'working', text: 'almost'})
    assert.equal(text, '')
    one.resume?.()
    assert.ok(text.startsWith(HIDE_CURSOR))
    assert.match(text, /mysql +almost/)
    assert.doesNotMatch(text, /\u001B\[\dA/, 'what the shell has written stays')
    one.end()
    assert.ok(text.endsWith(SHOW_CURSOR))
  })

  it('shows all of it at the end, if it never gets the terminal again', () => {
    const one = reporter()
    one.begin('Lab apim')
    one.pause?.()
    one.on({subject: 'mysql', state: 'done', text: 'ready'})
    one.end()
    assert.match(text, /mysql +ready/)
  })

  it('has nothing to give back before it begins', () => {
    const one = reporter()
    one.pause?.()
    one.resume?.()
    assert.equal(text, '')
  })
})
