import {lstat, readdir} from 'node:fs/promises'
import {join, relative, sep} from 'node:path'
import {reasonOf} from './disk-errors.js'
import {lookInto} from './regular-file.js'

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

async function readText(path: string): Promise<Outcome> {
  // No symbolic link: it may lead anywhere.
  const found = await lookInto(path, {mostBytes: LARGEST, noLink: true}).catch((error: NodeJS.ErrnoException) => ({
    why: `can't be read: ${reasonOf(error.code)}`,
  }))
  return 'content' in found ? {text: found.content.toString('utf8')} : {why: found.why.replace(/^it /, '')}
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
    const read = await readText(each)
    if ('text' in read) files.push({path: each, text: read.text})
    else skipped.push({path: each, why: read.why})
  }
  return {files, skipped}
}

/** A path below a folder, with `/`. */
export const pathBelow = (folder: string, path: string): string => relative(folder, path).split(sep).join('/')
