import {lstat, readdir, realpath, stat} from 'node:fs/promises'
import {basename, dirname, join, relative, resolve, sep} from 'node:path'
import {LabError} from '../errors.js'
import {lookInto} from './regular-file.js'

/** A file of somebody's, as text. */
export interface InputText {
  /** Relative to the folder that was named, with `/`. */
  readonly path: string
  readonly text: string
}

const MOST_BYTES = 1024 * 1024
const MOST_FILES = 1000
/** Entries of folders that are looked at, whatever they are. */
const MOST_ENTRIES = 20_000

const unusable = (message: string, next: readonly string[] = []) => new LabError('file-unusable', message, {next})

const inside = (folder: string, path: string) => path === folder || path.startsWith(folder + sep)

/** The real path of a file or folder. Throws `file-unusable` for a symbolic link that leads out of the folder. */
async function realInside(root: string, path: string): Promise<string> {
  const real = await realpath(path).catch(() => undefined)
  if (real === undefined) throw unusable(`${path} can't be read: it leads nowhere.`)
  if (!inside(root, real)) throw unusable(`${path} leads out of ${root}, to ${real}: nothing outside is read.`)
  return real
}

async function* filesIn(root: string, folder: string, skipped: string, seen: Set<string>): AsyncGenerator<string> {
  const real = await realInside(root, folder)
  if (seen.has(real) || real === skipped) return
  seen.add(real)
  for (const entry of (await readdir(real, {withFileTypes: true})).toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    if (seen.size > MOST_ENTRIES) throw unusable(`${root} has more than ${MOST_ENTRIES} files and folders.`)
    // Hidden ones are a tool's: .git.
    if (entry.name.startsWith('.')) continue
    const path = join(folder, entry.name)
    const own = entry.isSymbolicLink() ? await stat(await realInside(root, path)) : entry
    if (own.isDirectory()) yield* filesIn(root, path, skipped, seen)
    else if (own.isFile()) {
      seen.add(path)
      yield path
    }
  }
}

async function readText(root: string, path: string): Promise<string> {
  const real = await realInside(root, path)
  const found = await lookInto(real, {mostBytes: MOST_BYTES})
  if ('content' in found) return found.content.toString('utf8')
  if (found.code === 'size') throw unusable(`${path} is larger than 1 MB: no configuration is.`)
  throw unusable(`${path} can't be read: ${found.why}.`)
}

export interface InputFolder {
  /** Absolute, symbolic links followed: nothing outside is read. */
  readonly root: string
  readonly files: readonly InputText[]
}

export interface ReadRules {
  /** Which files of a folder are read, by their paths. */
  readonly isWanted: (path: string) => boolean
  /** Path of a folder that is not looked into. */
  readonly skipped?: string
}

const nameIn = (root: string, path: string) => relative(root, path).split(sep).join('/')

async function readFolder(root: string, folder: string, {isWanted, skipped}: ReadRules): Promise<readonly InputText[]> {
  const files: InputText[] = []
  for await (const file of filesIn(root, folder, skipped === undefined ? '' : resolve(skipped), new Set())) {
    const path = nameIn(root, file)
    if (!isWanted(path)) continue
    if (files.length === MOST_FILES)
      throw unusable(`${folder} has more than ${MOST_FILES} files that may be configuration.`)
    files.push({path, text: await readText(root, file)})
  }
  return files
}

/**
 * The files below a folder that are wanted, or a single file, as text. Throws `file-unusable` for what is missing, too large, too many,
 * or leads out.
 */
export async function readInput(path: string, rules: ReadRules): Promise<InputFolder> {
  const found = await lstat(path).catch(() => undefined)
  if (!found) throw unusable(`There is no ${path}.`)
  const isFolder = (await stat(path).catch(() => found)).isDirectory()
  const root = await realpath(isFolder ? path : dirname(path))
  if (isFolder) return {root, files: await readFolder(root, root, rules)}
  return {root, files: [{path: basename(path), text: await readText(root, join(root, basename(path)))}]}
}

/** More files of the same folder, or below folders of it, by paths in it; those that are not there are left out. Throws as `readInput`. */
export async function readMore(
  root: string,
  paths: readonly string[],
  rules: ReadRules,
): Promise<readonly InputText[]> {
  const found = new Map<string, InputText>()
  for (const path of paths.slice(0, MOST_FILES).map(name => join(root, name))) {
    const facts = await stat(path).catch(() => undefined)
    if (!facts) continue
    const files = facts.isDirectory()
      ? await readFolder(root, path, rules)
      : rules.isWanted(path)
        ? [{path: nameIn(root, path), text: await readText(root, path)}]
        : []
    for (const file of files) found.set(file.path, file)
  }
  return [...found.values()]
}
