import assert from 'node:assert/strict'
import {screen} from '../../../src/report/screen.js'

const HIDE_CURSOR = '\u001B[?25l'
const SHOW_CURSOR = '\u001B[?25h'
const CLEAR_BELOW = '\u001B[J'

const drawn = () => new Promise(resolve => setImmediate(resolve))

describe('a picture that is drawn anew in place', () => {
  let written = ''
  let text = ''
  const one = (columns = 80, rows = 24) => {
    written = ''
    return screen({write: more => (written += more), columns: () => columns, rows: () => rows}, () => text)
  }
  /** What was written since the last time. */
  const news = () => {
    const last = written
    written = ''
    return last
  }

  it('covers the one before, and nothing else', async () => {
    const it = one()
    text = 'a\nb\nc'
    it.draw()
    await drawn()
    assert.equal(news(), `${HIDE_CURSOR}${CLEAR_BELOW}a\nb\nc\n`)
    text = 'd'
    it.draw()
    await drawn()
    assert.equal(news(), `\u001B[3A\r${CLEAR_BELOW}d\n`)
    it.draw()
    await drawn()
    assert.equal(news(), `\u001B[1A\r${CLEAR_BELOW}d\n`)
    it.end()
    it.end()
    assert.equal(news(), SHOW_CURSOR)
    it.draw()
    await drawn()
    assert.equal(news(), '', 'the last picture stays')
  })

  it('fits into the terminal: a line that wraps could not be drawn over', async () => {
    const it = one(40, 4)
    text = `${'x'.repeat(40)}\n2\n3\n4\n5`
    it.draw()
    await drawn()
    assert.equal(news(), `${HIDE_CURSOR}${CLEAR_BELOW}${'x'.repeat(38)}…\n2\n3\n`)
  })

  it('lends the terminal to the shell, and is drawn below what that has written', async () => {
    const it = one()
    text = 'a'
    it.draw()
    await drawn()
    it.pause()
    assert.ok(news().endsWith(SHOW_CURSOR))
    text = 'b'
    it.draw()
    await drawn()
    assert.equal(news(), '')
    it.resume()
    assert.equal(news(), `${HIDE_CURSOR}${CLEAR_BELOW}b\n`)
  })

  it('is drawn once for what comes together, and once more at the end if that is due', () => {
    const it = one()
    text = 'a'
    it.draw()
    it.draw()
    assert.equal(news(), '')
    it.end()
    assert.equal(news(), `${HIDE_CURSOR}${CLEAR_BELOW}a\n${SHOW_CURSOR}`)
  })
})
