import {constants} from 'node:fs'
import {lstat, open, readdir} from 'node:fs/promises'
import {join, relative, sep} from 'node:path'

/** A text file that somebody else may have written. */
export interface ReadFile {
  readonly path: string
  readonly text: string
}

export interface ReadFiles {
  readonly files: readonly ReadFile[]
  /** What was left out, and why. */
  readonly skipped: readonly {readonly path: string; readonly why: string}[]
}

/** Bytes of one file. */
const LARGEST = 1024 * 1024
const MOST_FILES = 1000
/** Names that a folder is asked for: a tree of something else must not take for ever. */
const MOST_ENTRIES = 50_000

/** Names of files that may hold a deployment.toml, alone or in a config map. */
const CANDIDATE = /\.(toml|ya?ml|toml\.j2|tpl)$/i

/** Folders that hold copies or no configuration. */
const PASSED_BY = new Set(['node_modules', '.git'])

type Outcome = {readonly text: string} | {readonly why: string}

async function readRegular(path: string): Promise<Outcome> {
  // Not blocking: a pipe under this name would never answer. No symbolic link: it may lead anywhere.
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW).catch(
    (error: NodeJS.ErrnoException) => error.code ?? 'unreadable',
  )
  if (typeof file === 'string') return {why: file === 'ELOOP' ? 'is a symbolic link' : `can't be read (${file})`}
  try {
    const stats = await file.stat()
    if (!stats.isFile()) return {why: 'is no regular file'}
    if (stats.size > LARGEST) return {why: `is larger than ${LARGEST / 1024} kB`}
    // It may grow while it is read.
    const buffer = Buffer.alloc(LARGEST + 1)
    let length = 0
    for (let read = 1; read > 0 && length < buffer.length; length += read)
      read = (await file.read(buffer, length, buffer.length - length)).bytesRead
    return length > LARGEST ? {why: `is larger than ${LARGEST / 1024} kB`} : {text: buffer.toString('utf8', 0, length)}
  } finally {
    await file.close()
  }
}

async function* below(folder: string): AsyncGenerator<string> {
  const folders = [folder]
  let entries = 0
  for (let at = folders.shift(); at !== undefined; at = folders.shift()) {
    const found = await readdir(at, {withFileTypes: true}).catch(() => [])
    for (const entry of found.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
      if (++entries > MOST_ENTRIES) return
      // Of a symbolic link neither is true.
      if (entry.isDirectory() && !PASSED_BY.has(entry.name)) folders.push(join(at, entry.name))
      if (entry.isFile() && CANDIDATE.test(entry.name)) yield join(at, entry.name)
    }
  }
}

/** What a path is; undefined where there is nothing. Symbolic links are not followed. */
export async function kindOf(path: string): Promise<'folder' | 'other' | undefined> {
  const stats = await lstat(path).catch(() => undefined)
  return stats && (stats.isDirectory() ? 'folder' : 'other')
}

/**
 * The texts of a file, or of the files below a folder that may hold configuration, paths as given; at most 1000 files of 1 MB. Symbolic
 * links are not followed. Never throws.
 */
export async function readConfigFiles(path: string): Promise<ReadFiles> {
  const files: ReadFile[] = []
  const skipped: {path: string; why: string}[] = []
  const isFolder = (await kindOf(path)) === 'folder'
  const paths = isFolder ? below(path) : [path]
  for await (const each of paths) {
    if (files.length >= MOST_FILES) {
      skipped.push({path, why: `has more than ${MOST_FILES} files: the others were not read`})
      break
    }
    const read = await readRegular(each)
    if ('text' in read) files.push({path: each, text: read.text})
    else skipped.push({path: each, why: read.why})
  }
  return {files, skipped}
}

/** A path below a folder, with `/`. */
export const pathBelow = (folder: string, path: string): string => relative(folder, path).split(sep).join('/')
