import {constants, type Stats} from 'node:fs'
import {open} from 'node:fs/promises'
import {LabError} from '../errors.js'

const MEGABYTE = 1024 * 1024

/** Far above any file that is read whole. */
const LARGEST = 64 * MEGABYTE

const KINDS: readonly (readonly [(stats: Stats) => boolean, string])[] = [
  [stats => stats.isDirectory(), 'it is a folder'],
  [stats => stats.isFIFO(), 'it is a pipe, and only files are read'],
  [stats => stats.isSocket(), 'it is a socket, and only files are read'],
  [stats => stats.isCharacterDevice() || stats.isBlockDevice(), 'it is a device, and only files are read'],
]

/** What a path is instead of a regular file, in words. */
const kindOf = (stats: Stats): string => KINDS.find(([is]) => is(stats))?.[1] ?? 'it is not a regular file'

/** A file's bytes, or why it can't be had: it is not there, it is no regular file, it is too large. */
export type FileOutcome =
  {readonly content: Buffer} | {readonly why: string; readonly code: 'ENOENT' | 'kind' | 'size' | 'ELOOP'}

export interface RegularOptions {
  readonly mostBytes?: number
  /** A symbolic link is not followed. */
  readonly noLink?: boolean
}

/** Reads a file whole if it is a regular one and not larger than the bound; never waits for a pipe. Throws what the system says of one that can't be opened. */
export async function lookInto(
  path: string,
  {mostBytes = LARGEST, noLink = false}: RegularOptions = {},
): Promise<FileOutcome> {
  const flags = constants.O_RDONLY | constants.O_NONBLOCK | (noLink ? constants.O_NOFOLLOW : 0)
  const file = await open(path, flags).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ELOOP') return error.code
    // What a socket answers.
    if (error.code === 'ENXIO') return 'kind' as const
    throw error
  })
  if (file === 'kind') return {code: file, why: 'it is a socket, and only files are read'}
  if (file === 'ENOENT') return {code: file, why: 'it is not there'}
  if (file === 'ELOOP')
    return {code: file, why: noLink ? 'it is a symbolic link' : 'its symbolic links go round in a circle'}
  const tooLarge = {code: 'size', why: `it is larger than ${Math.round(mostBytes / MEGABYTE)} MB`} as const
  try {
    const stats = await file.stat()
    if (!stats.isFile()) return {code: 'kind', why: kindOf(stats)}
    if (stats.size > mostBytes) return tooLarge
    // It may grow while it is read, and files of the kernel's say that they are empty.
    const chunks: Buffer[] = []
    let length = 0
    for (;;) {
      const chunk = Buffer.alloc(Math.max(stats.size - length + 1, 4096))
      const {bytesRead} = await file.read(chunk, 0, chunk.length)
      if (bytesRead === 0) return {content: Buffer.concat(chunks, length)}
      chunks.push(chunk.subarray(0, bytesRead))
      length += bytesRead
      if (length > mostBytes) return tooLarge
    }
  } finally {
    await file.close()
  }
}

/** The file's bytes, or undefined where there is none. Throws `file-unusable` for a folder, a pipe, a device, and for more than the bound. */
export async function readIfThere(path: string, options?: RegularOptions): Promise<Buffer | undefined> {
  const outcome = await lookInto(path, options)
  if ('content' in outcome) return outcome.content
  if (outcome.code === 'ENOENT') return undefined
  throw new LabError('file-unusable', `Can't read ${path}: ${outcome.why}.`, {next: [`ls -ld ${path}`]})
}

/** The bytes of a file that can be made anew: one that can't be read is as good as none. */
export async function readIfSound(path: string, options?: RegularOptions): Promise<Buffer | undefined> {
  const outcome = await lookInto(path, options).catch(() => undefined)
  return outcome && 'content' in outcome ? outcome.content : undefined
}
