import assert from 'node:assert/strict'
import {mkdtemp, readdir, readFile, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {lockLab, type Processes} from '../../../src/disk/lock.js'
import type {LabError} from '../../../src/errors.js'

/** A process table: pid -> start. */
const processes = (self: number, running: Readonly<Record<number, string>>): Processes => ({
  self: {pid: self, command: `command of ${self}`},
  startOf: async pid => running[pid],
})

/** Two holders are a matter of luck: many rounds find them. */
const ROUNDS = 40

describe('the lab lock', () => {
  let folder: string
  const lock = (table: Processes, wait = false) =>
    lockLab({
      file: join(folder, 'apim.lock'),
      lab: 'apim',
      processes: table,
      wait,
      signal: new AbortController().signal,
    })

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'apim-lab-lock-'))
  })
  afterEach(() => rm(folder, {recursive: true}))

  it('is given back and leaves nothing', async () => {
    const unlock = await lock(processes(1, {1: 'a'}))
    assert.equal((JSON.parse(await readFile(join(folder, 'apim.lock'), 'utf8')) as {pid: number}).pid, 1)
    await unlock()
    assert.deepEqual(await readdir(folder), [])
  })

  it('names its holder to whoever comes second', async () => {
    await lock(processes(1, {1: 'a', 2: 'b'}))
    await assert.rejects(lock(processes(2, {1: 'a', 2: 'b'})), (error: LabError) => {
      assert.equal(error.code, 'lab-locked')
      assert.match(error.message, /process 1 .*command of 1/)
      return true
    })
  })

  it('is taken over from a holder that is gone', async () => {
    await lock(processes(1, {1: 'a'}))
    const unlock = await lock(processes(2, {2: 'b'}))
    await unlock()
    assert.deepEqual(await readdir(folder), [])
  })

  it('is taken over when the pid belongs to another process by now', async () => {
    await lock(processes(1, {1: 'a'}))
    await lock(processes(2, {1: 'later', 2: 'b'}))
    assert.equal((JSON.parse(await readFile(join(folder, 'apim.lock'), 'utf8')) as {pid: number}).pid, 2)
  })

  it('is taken over from a file that was cut off', async () => {
    await writeFile(join(folder, 'apim.lock'), '{"pid":')
    await lock(processes(2, {2: 'b'}))
  })

  it('is waited for', async () => {
    const unlock = await lock(processes(1, {1: 'a', 2: 'b'}))
    const second = lock(processes(2, {1: 'a', 2: 'b'}), true)
    await unlock()
    await (
      await second
    )()
    assert.deepEqual(await readdir(folder), [])
  })

  it('is held by one of many that come at once, also over a dead holder', async () => {
    const table = Object.fromEntries(Array.from({length: 20}, (_, i) => [i + 10, `start ${i}`]))
    for (let round = 0; round < ROUNDS; round++) {
      await writeFile(join(folder, 'apim.lock'), JSON.stringify({pid: 1, processStart: `dead ${round}`}))
      const results = await Promise.allSettled(Object.keys(table).map(pid => lock(processes(Number(pid), table))))
      assert.equal(results.filter(({status}) => status === 'fulfilled').length, 1)
    }
    assert.deepEqual(await readdir(folder), ['apim.lock'])
  })

  it('is taken over although a command was killed while it took it over', async () => {
    await lock(processes(1, {1: 'dead soon'}))
    await writeFile(join(folder, 'apim.lock.clearing'), JSON.stringify({pid: 2, processStart: 'dead too'}))
    const unlock = await lock(processes(3, {3: 'c'}))
    await unlock()
    assert.deepEqual(await readdir(folder), [])
  })
})
