import {lstat, readdir, statfs} from 'node:fs/promises'
import {join} from 'node:path'
import type {FolderPair, VolumeAnswer, VolumeTask} from '../../model/volume-tasks.js'
import {isEqual} from './compare.js'
import {Freezer} from './freezer.js'
import {mirror, type Memory, type Mirrored} from './mirror.js'
import {ASIDE, finish, stage, swap, undo} from './swap.js'

const BLOCK_BYTES = 512
const FULL = ['ENOSPC', 'EDQUOT']

const STEPS = {swap, undo, finish} as const

/** Carries out what is to be done with volumes. What it has stopped goes on when this process ends. */
export class Volumes {
  readonly #freezer = new Freezer()
  /** By the target of a copy. */
  readonly #memories = new Map<string, Memory>()

  async perform(task: VolumeTask): Promise<VolumeAnswer> {
    try {
      return await this.#perform(task)
    } catch (error) {
      if (FULL.includes((error as NodeJS.ErrnoException).code ?? '')) return {full: true}
      throw error
    }
  }

  async #perform(task: VolumeTask): Promise<VolumeAnswer> {
    switch (task.do) {
      case 'measure':
        return measure(task.folders, task.on)
      case 'mirror':
        return total(await each(task.pairs, pair => this.#mirror(pair, task.live)))
      case 'compare': {
        const equal = await each(task.pairs, ({from, to}) => isEqual(from, to, ASIDE))
        return {differ: task.pairs.filter((_, i) => !equal[i]).map(({to}) => to)}
      }
      case 'stage':
        return total(await each(task.pairs, ({from, to}) => stage(from, to)))
      case 'swap':
      case 'undo':
      case 'finish':
        for (const folder of task.folders) await STEPS[task.do](folder)
        return {}
      case 'freeze':
        this.#thawAtEnd()
        await this.#freezer.freeze(task.containers, task.seconds)
        return {}
      case 'thaw': {
        const frozenMs = this.#freezer.thaw()
        return frozenMs === undefined ? {} : {frozenMs}
      }
      case 'thaw-all':
        this.#freezer.thawAll(task.containers)
        return {}
      case 'watch':
        this.#thawAtEnd()
        this.#freezer.watch(task.containers, task.seconds)
        return {}
      case 'unwatch':
        this.#freezer.unwatch()
        return {}
    }
  }

  #mirror({from, to}: FolderPair, live: boolean): Promise<Mirrored> {
    const memory = this.#memories.get(to) ?? new Map()
    this.#memories.set(to, memory)
    return mirror({from, to, live, memory, except: ASIDE})
  }

  /** By whatever this process can notice: its input closes when the command dies, and the engine asks it to stop. */
  #thawAtEnd(): void {
    if (process.listenerCount('SIGTERM') > 0) return
    process.on('exit', () => this.#freezer.end())
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => process.exit(1))
  }
}

/** One after the other: each copies several files at once. */
async function each<T, R>(of: readonly T[], work: (one: T) => Promise<R>): Promise<readonly R[]> {
  const done: R[] = []
  for (const one of of) done.push(await work(one))
  return done
}

const total = (of: readonly Mirrored[]): VolumeAnswer => ({
  files: of.reduce((sum, {files}) => sum + files, 0),
  bytes: of.reduce((sum, {bytes}) => sum + bytes, 0),
  copiedBytes: of.reduce((sum, {copied}) => sum + copied, 0),
})

async function measure(folders: readonly string[], on: string): Promise<VolumeAnswer> {
  const {bavail, bsize} = await statfs(on)
  let bytes = 0
  for (const folder of folders) bytes += await diskUse(folder)
  return {bytes, freeBytes: bavail * bsize}
}

async function diskUse(path: string): Promise<number> {
  // What is gone by now takes nothing.
  const stats = await lstat(path).catch(() => undefined)
  if (!stats) return 0
  const names = stats.isDirectory() ? await readdir(path).catch(() => []) : []
  const below = await Promise.all(names.map(name => diskUse(join(path, name))))
  return below.reduce((sum, bytes) => sum + bytes, stats.blocks * BLOCK_BYTES)
}
