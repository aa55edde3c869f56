import {lstat, readdir, readFile, realpath, stat} from 'node:fs/promises'
import {basename, dirname, join, relative, resolve, sep} from 'node:path'
import {LabError} from '../errors.js'

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
  const {size} = await stat(real)
  if (size > MOST_BYTES) throw unusable(`${path} is larger than 1 MB: no configuration is.`)
  return (await readFile(real)).toString('utf8')
}

export interface InputFolder {
  /** Absolute, symbolic links followed: nothing outside is read. */
  readonly root: string
  readonly files: readonly InputText[]
}

/**
 * The files below a folder that `isWanted` by their paths, or a single file, as text. Throws `file-unusable` for what is missing, too
 * large, too many, or leads out. `skipped`: absolute path of a folder that is not looked into.
 */
export async function readInput(
  path: string,
  isWanted: (path: string) => boolean,
  skipped: string,
): Promise<InputFolder> {
  const found = await lstat(path).catch(() => undefined)
  if (!found) throw unusable(`There is no ${path}.`)
  const isFolder = (await stat(path).catch(() => found)).isDirectory()
  const root = await realpath(isFolder ? path : dirname(path))
  if (!isFolder) {
    const real = join(root, basename(path))
    return {root, files: [{path: basename(path), text: await readText(root, real)}]}
  }
  const files: InputText[] = []
  for await (const file of filesIn(root, root, resolve(skipped), new Set())) {
    const name = relative(root, file).split(sep).join('/')
    if (!isWanted(name)) continue
    if (files.length === MOST_FILES)
      throw unusable(`${path} has more than ${MOST_FILES} files that may be configuration.`)
    files.push({path: name, text: await readText(root, file)})
  }
  return {root, files}
}
