import type {BigIntStats} from 'node:fs'
import {
  chmod,
  constants,
  copyFile,
  lchown,
  lstat,
  lutimes,
  mkdir,
  open,
  readdir,
  readlink,
  rm,
  symlink,
  utimes,
  type FileHandle,
} from 'node:fs/promises'
import {join} from 'node:path'
import {inParallel} from './in-parallel.js'

const CHUNK_BYTES = 1024 * 1024
const ZEROS = Buffer.alloc(CHUNK_BYTES)
/** Two writes within one tick of a file system's clock have the same time. */
const CLOCK_NS = 1_000_000_000n
const BLOCK_BYTES = 512n

/** What one folder has, and what of it had to be copied. */
export interface Mirrored {
  files: number
  /** As files are long; what they take on the disk may be less. */
  bytes: number
  copied: number
}

/** What is known of files of the source by their path: how they were when they were copied last. */
export type Memory = Map<string, BigIntStats>

export interface MirrorOptions {
  readonly from: string
  readonly to: string
  readonly memory?: Memory
  /** Its changes are written out first, so that the times of files tell later ones also where they are made through memory. */
  readonly live?: boolean
  /** Names in the root of either that are not looked at. */
  readonly except?: string
}

/**
 * Makes a folder what another one is, with owners, modes, times and holes. What was copied before and has not changed since is left out; of
 * other files only what differs is written. Devices, sockets and pipes are not copied.
 */
export async function mirror({from, to, memory = new Map(), live = false, except}: MirrorOptions): Promise<Mirrored> {
  const done: Mirrored = {files: 0, bytes: 0, copied: 0}
  const files: (() => Promise<void>)[] = []
  const folders: (() => Promise<void>)[] = []

  async function walk(path: string): Promise<void> {
    const source = join(from, path)
    const target = join(to, path)
    const stats = await statOf(source)
    // It has gone meanwhile: the next walk, of a folder that stands still, tells what there is.
    if (!stats) return
    if (stats.isDirectory()) return walkFolder(path, source, target, stats)
    if (stats.isSymbolicLink()) return copyLink(source, target, stats)
    if (!stats.isFile()) return
    done.files++
    done.bytes += Number(stats.size)
    files.push(async () => {
      done.copied += await copyOne(source, target, path, stats)
    })
  }

  async function walkFolder(path: string, source: string, target: string, stats: BigIntStats): Promise<void> {
    const old = await statOf(target)
    if (old && !old.isDirectory()) await rm(target)
    if (!old?.isDirectory()) await mkdir(target)
    const isRoot = path === ''
    const wanted = (await readdir(source)).filter(name => !isRoot || name !== except)
    const stale = (await readdir(target)).filter(name => !wanted.includes(name) && (!isRoot || name !== except))
    for (const name of stale) await rm(join(target, name), {recursive: true, force: true})
    for (const name of wanted) await walk(join(path, name))
    folders.unshift(() => likeness(target, stats))
  }

  async function copyLink(source: string, target: string, stats: BigIntStats): Promise<void> {
    await rm(target, {recursive: true, force: true})
    await symlink(await readlink(source), target)
    await lchown(target, Number(stats.uid), Number(stats.gid))
    await lutimes(target, Number(stats.atimeMs) / 1000, Number(stats.mtimeMs) / 1000)
  }

  async function copyOne(source: string, target: string, path: string, seen: BigIntStats): Promise<number> {
    const known = memory.get(path)
    if (known && isSame(known, seen)) return 0
    const file = await open(source, 'r').catch(unlessGone)
    if (!file) return 0
    try {
      if (live) await file.datasync()
      const stats = await file.stat({bigint: true})
      const copied = await copyContent(file, source, target, stats)
      await likeness(target, stats)
      const isCertain = stats.mtimeNs < BigInt(Date.now()) * 1_000_000n - CLOCK_NS
      if (isCertain) memory.set(path, stats)
      else memory.delete(path)
      return copied
    } finally {
      await file.close()
    }
  }

  await walk('')
  await inParallel(files)
  for (const finish of folders) await finish()
  return done
}

const unlessGone = (error: NodeJS.ErrnoException): undefined => {
  if (error.code !== 'ENOENT') throw error
}

export const statOf = (path: string): Promise<BigIntStats | undefined> => lstat(path, {bigint: true}).catch(unlessGone)

/** Whether nothing was written to a file between two looks. */
export const isSame = (a: BigIntStats, b: BigIntStats): boolean =>
  a.ino === b.ino && a.size === b.size && a.mtimeNs === b.mtimeNs && a.ctimeNs === b.ctimeNs

/** Gives a copy owner, mode and times of what it was made from. */
export async function likeness(target: string, {uid, gid, mode, atimeNs, mtimeNs}: BigIntStats): Promise<void> {
  await lchown(target, Number(uid), Number(gid))
  await chmod(target, Number(mode) & 0o7777)
  await utimes(target, seconds(atimeNs), seconds(mtimeNs))
}

/** To the microsecond: a number has no room for more. */
const seconds = (ns: bigint) => Number(ns / 1000n) / 1_000_000

async function copyContent(file: FileHandle, source: string, target: string, stats: BigIntStats): Promise<number> {
  const old = await statOf(target)
  if (old && !old.isFile()) await rm(target, {recursive: true, force: true})
  if (!old?.isFile() && stats.blocks * BLOCK_BYTES >= stats.size) {
    // Where the file system can share blocks, nothing is copied at all.
    await copyFile(source, target, constants.COPYFILE_FICLONE)
    return Number(stats.size)
  }
  const copy = await open(target, constants.O_RDWR | constants.O_CREAT, 0o600)
  try {
    const copied = await copyChunks(file, copy, Number(old?.isFile() ? old.size : 0n))
    await copy.truncate(Number((await file.stat({bigint: true})).size))
    return copied
  } finally {
    await copy.close()
  }
}

/** Writes what differs from what is there, and no zeros where nothing is there. Returns how many bytes were written. */
async function copyChunks(file: FileHandle, copy: FileHandle, oldSize: number): Promise<number> {
  const [next, there] = [Buffer.allocUnsafe(CHUNK_BYTES), Buffer.allocUnsafe(CHUNK_BYTES)]
  let copied = 0
  for (let at = 0; ;) {
    const [{bytesRead: length}, {bytesRead: had}] = await Promise.all([
      file.read(next, 0, CHUNK_BYTES, at),
      at < oldSize ? copy.read(there, 0, CHUNK_BYTES, at) : {bytesRead: 0},
    ])
    if (length === 0) return copied
    const chunk = next.subarray(0, length)
    const isThere =
      had >= length ? chunk.equals(there.subarray(0, length)) : had === 0 && chunk.equals(ZEROS.subarray(0, length))
    if (!isThere) {
      await copy.write(chunk, 0, length, at)
      copied += length
    }
    at += length
  }
}
