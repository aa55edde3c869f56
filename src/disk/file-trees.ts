import {chmod, lstat, mkdir, readdir, rm, rmdir, stat} from 'node:fs/promises'
import {dirname, join} from 'node:path'
import {filesBelow, writeWhole, type Visibility} from './files.js'
import {readIfThere} from './regular-file.js'

const MODE_BITS = 0o777

/** Who may read a file, by its mode. */
const visibilityOf = async (path: string): Promise<Visibility> =>
  ((await stat(path)).mode & MODE_BITS) === 0o600 ? 'private' : 'containers'

/** Files below a folder that belong to it: regular ones, by their path, without some. */
async function filesOf(folder: string, without: readonly string[]): Promise<readonly string[]> {
  const isLeft = (path: string) => without.some(name => path === name || path.startsWith(`${name}/`))
  return (await filesBelow(folder)).filter(path => !isLeft(path))
}

/** Whether a file is the same in two trees: its content, and who may read it. */
async function isSame(a: string, b: string): Promise<boolean> {
  const found = await lstat(b).catch(() => undefined)
  if (!found?.isFile() || (found.mode & MODE_BITS) !== ((await stat(a)).mode & MODE_BITS)) return false
  const [one, other] = await Promise.all([readIfThere(a), readIfThere(b)])
  return one !== undefined && other !== undefined && one.equals(other)
}

/** The paths of files that differ between two trees, or that only one of them has; `without`: files and folders that do not count. */
export async function treeChanges(from: string, to: string, without: readonly string[]): Promise<readonly string[]> {
  const [wanted, there] = await Promise.all([filesOf(from, without), filesOf(to, without)])
  const same = await Promise.all(wanted.map(path => isSame(join(from, path), join(to, path))))
  return [...wanted.filter((_, i) => !same[i]), ...there.filter(path => !wanted.includes(path))]
}

/** Makes one tree what another is, file by file, each whole or not at all: what containers have mounted of the others stays. */
export async function mirrorTree(from: string, to: string, without: readonly string[] = []): Promise<void> {
  await mkdir(to, {recursive: true, mode: 0o700})
  await chmod(to, 0o700)
  for (const path of await treeChanges(from, to, without)) {
    const content = await readIfThere(join(from, path))
    if (content === undefined) await removeFile(to, path)
    else await writeWhole(join(to, path), content, await visibilityOf(join(from, path)))
  }
}

/** With the folders that are empty then. */
async function removeFile(root: string, path: string): Promise<void> {
  await rm(join(root, path), {force: true})
  for (let folder = dirname(path); folder !== '.'; folder = dirname(folder)) {
    if ((await readdir(join(root, folder))).length > 0) return
    await rmdir(join(root, folder))
  }
}
