import assert from 'node:assert/strict'
import {spawn} from 'node:child_process'
import {
  appendFile,
  chmod,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  truncate,
  writeFile,
} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {isEqual} from '../../../src/helper/volumes/compare.js'
import {Freezer, type Machine} from '../../../src/helper/volumes/freezer.js'
import {mirror, type Memory} from '../../../src/helper/volumes/mirror.js'
import {isStill, isStopped} from '../../../src/helper/volumes/processes.js'
import {ASIDE, finish, stage, swap, undo} from '../../../src/helper/volumes/swap.js'
import {eventually} from '../../support/eventually.js'

describe('what the helper does with volumes', () => {
  let root: string
  let from: string
  let to: string

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'apim-lab-volumes-'))
    from = join(root, 'from')
    to = join(root, 'to')
    await mkdir(join(from, 'db'), {recursive: true})
    await writeFile(join(from, 'db/rows'), 'a'.repeat(3_000_000))
    await writeFile(join(from, 'keys'), 'secret', {mode: 0o600})
    await symlink('keys', join(from, 'link'))
    await writeFile(join(from, 'holes'), '')
    await truncate(join(from, 'holes'), 50_000_000)
  })
  afterEach(() => rm(root, {recursive: true, force: true}))

  it('copies all of a folder, with modes, links and holes', async () => {
    const {files, copied} = await mirror({from, to})
    assert.equal(files, 3)
    assert.ok(copied < 4_000_000, `${copied}`)
    assert.ok(await isEqual(from, to))
    assert.equal((await stat(join(to, 'keys'))).mode & 0o777, 0o600)
    const holes = await stat(join(to, 'holes'))
    assert.equal(holes.size, 50_000_000)
    assert.ok(holes.blocks * 512 < 1_000_000, 'the holes are filled')
  })

  it('copies the second time only what differs, and takes away what is gone', async () => {
    const memory: Memory = new Map()
    await mirror({from, to, memory, live: true})
    await writeFile(join(from, 'db/more'), 'new')
    const rows = await readFile(join(from, 'db/rows'))
    rows[2_500_000] = 66
    await writeFile(join(from, 'db/rows'), rows)
    await rm(join(from, 'keys'))
    await truncate(join(from, 'holes'), 10)
    const {copied} = await mirror({from, to, memory})
    assert.ok(copied <= 1024 * 1024 + 3, `${copied}`)
    assert.ok(await isEqual(from, to))
    assert.deepEqual((await readdir(to)).toSorted(), ['db', 'holes', 'link'])
  })

  it('tells folders apart by content, mode and names', async () => {
    await mirror({from, to})
    await chmod(join(to, 'keys'), 0o644)
    assert.equal(await isEqual(from, to), false)
    await chmod(join(to, 'keys'), 0o600)
    assert.equal(await isEqual(from, to), true)
    await appendFile(join(to, 'db/rows'), 'x')
    assert.equal(await isEqual(from, to), false)
  })

  describe('replaces the data of a volume', () => {
    const now = async () => (await readdir(to)).filter(name => name !== ASIDE).toSorted()

    beforeEach(async () => {
      await mkdir(join(to, 'old'), {recursive: true})
      await writeFile(join(to, 'old/file'), 'what was')
    })

    it('by steps: nothing changes before the swap, and all of it is there after it', async () => {
      await stage(from, to)
      assert.deepEqual(await now(), ['old'])
      await swap(to)
      assert.ok(await isEqual(from, to, ASIDE))
      await finish(to)
      assert.ok(await isEqual(from, to))
    })

    it('and leads back from each of them, however often', async () => {
      const cuts: (() => Promise<void>)[] = [
        () => Promise.resolve(),
        async () => void (await stage(from, to)),
        async () => {
          await stage(from, to)
          await swap(to)
        },
        // Cut off in the middle of the swap: all is moved away, and half of the new is there.
        async () => {
          await stage(from, to)
          await swap(to)
          await rm(join(to, 'keys'))
        },
      ]
      for (const cut of cuts) {
        await cut()
        await undo(to)
        await undo(to)
        assert.deepEqual(await readdir(to), ['old'])
        assert.equal(await readFile(join(to, 'old/file'), 'utf8'), 'what was')
      }
    })
  })
})

describe('what stands still', () => {
  const told: string[] = []
  let stopped: Set<number>
  let found: number[]
  const machine: Machine = {
    processesOf: () => found,
    isStopped: pid => stopped.has(pid),
    isStill: pid => stopped.has(pid),
    kill: (pid, signal) => {
      told.push(`${signal} ${pid}`)
      if (signal === 'SIGSTOP') stopped.add(pid)
      else stopped.delete(pid)
    },
  }

  beforeEach(() => {
    told.length = 0
    stopped = new Set([3])
    found = [1, 2, 3]
  })

  it('are all processes of the containers, and those that they begin meanwhile; what was stopped before stays so', async () => {
    const freezer = new Freezer({
      ...machine,
      kill: (pid, signal) => {
        machine.kill(pid, signal)
        if (pid === 2 && signal === 'SIGSTOP') found = [1, 2, 3, 4]
      },
    })
    await freezer.freeze(['one'], 10)
    assert.deepEqual([...stopped].toSorted(), [1, 2, 3, 4])
    assert.ok(freezer.thaw()! >= 0)
    assert.deepEqual([...stopped], [3])
    assert.equal(freezer.thaw(), undefined)
  })

  it('until the deadline, also where nobody says so: then it is told', async () => {
    const freezer = new Freezer(machine)
    await freezer.freeze(['one'], 0.02)
    await eventually('they go on', () => stopped.size === 1)
    assert.equal(freezer.thaw(), undefined)
  })

  it('goes on when its helper was killed, by one that watches: at the deadline, or when that ends', async () => {
    const guard = new Freezer(machine)
    await new Freezer(machine).freeze(['one'], 600)
    guard.watch(['one'], 0.02)
    await eventually('they go on', () => stopped.size === 0)
    await new Freezer(machine).freeze(['one'], 600)
    guard.watch(['one'], 600)
    assert.ok(stopped.size > 0)
    guard.end()
    assert.equal(stopped.size, 0)
  })

  it('stays as somebody else has left it, when nobody watches any more', () => {
    const guard = new Freezer(machine)
    guard.watch(['one'], 600)
    guard.unwatch()
    guard.end()
    assert.deepEqual([...stopped], [3])
  })

  it('goes on at once where one can not be stopped', async () => {
    const freezer = new Freezer({...machine, isStill: () => false})
    await assert.rejects(freezer.freeze(['one'], 10), /could not be frozen/)
    assert.deepEqual([...stopped], [3])
  })

  it('is told by the kernel', async () => {
    const child = spawn('sleep', ['30'])
    try {
      await eventually('it runs', () => !isStopped(child.pid!))
      child.kill('SIGSTOP')
      await eventually('it stands still', () => isStopped(child.pid!) && isStill(child.pid!))
    } finally {
      child.kill('SIGKILL')
    }
  })
})
