import assert from 'node:assert/strict'
import {mkdtemp, rm, stat} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {LineLog} from '../../../src/disk/line-log.js'

describe('a log of lines', () => {
  let folder: string

  before(async () => void (folder = await mkdtemp(join(tmpdir(), 'apim-lab-lines-'))))
  after(() => rm(folder, {recursive: true, force: true}))

  it('keeps the newest, private, and never grows beyond its bound', async () => {
    const log = new LineLog(join(folder, 'log'), 1000)
    assert.deepEqual(await log.read(), [])
    await log.add('a', 'b')
    assert.deepEqual(await log.read(), ['a', 'b'])
    for (let i = 0; i < 200; i++) await log.add(`line ${i}`)
    const {size, mode} = await stat(log.path)
    assert.ok(size <= 1000 && size > 300, String(size))
    assert.equal(mode & 0o777, 0o600)
    assert.equal((await log.read()).at(-1), 'line 199')
  })

  it('makes no folder for a note', async () => {
    await assert.rejects(new LineLog(join(folder, 'gone/log'), 1000).add('a'), {code: 'ENOENT'})
  })
})
