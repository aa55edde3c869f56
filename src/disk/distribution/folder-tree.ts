import {createHash} from 'node:crypto'
import {createReadStream} from 'node:fs'
import {lstat, readdir, readlink} from 'node:fs/promises'
import {join} from 'node:path'
import {childOf, type TreeEntry} from '../../model/file-tree.js'
import {checkEntry, checkSize, type DistributionTree, type ReadOptions} from './tree.js'

const EXECUTABLE = 0o111

/** An entry of a folder of this machine; undefined for what is neither file, folder nor link. */
async function entryAt(root: string, path: string): Promise<TreeEntry | undefined> {
  const at = join(root, path)
  const found = await lstat(at)
  const common = {
    path,
    sizeBytes: 0,
    executable: false,
    modified: found.mtime,
    open: () => Promise.resolve(createReadStream(at)),
  }
  if (found.isSymbolicLink()) return {...common, type: 'link', target: await readlink(at)}
  if (found.isDirectory()) return {...common, type: 'folder'}
  if (!found.isFile()) return undefined
  return {...common, type: 'file', sizeBytes: found.size, executable: (found.mode & EXECUTABLE) !== 0}
}

/** All that lies below a folder, in the same order everywhere. */
export async function folderEntries(root: string, signal: AbortSignal): Promise<readonly TreeEntry[]> {
  const entries: TreeEntry[] = []
  const visit = async (folder: string) => {
    signal.throwIfAborted()
    for (const name of (await readdir(join(root, folder))).toSorted()) {
      const entry = await entryAt(root, childOf(folder, name))
      if (!entry) continue
      entries.push(entry)
      // Before more is read: a folder without an end must have one.
      if (entries.length % 1000 === 0) checkSize(root, entries.length, 0)
      if (entry.type === 'folder') await visit(entry.path)
    }
  }
  await visit('')
  return entries
}

/** The SHA-256 of paths, kinds, links and contents. */
export async function digestOfEntries(entries: readonly TreeEntry[], {onBytes, signal}: ReadOptions): Promise<string> {
  const hash = createHash('sha256')
  let bytes = 0
  for (const {path, type, sizeBytes, executable, target = '', open} of entries) {
    signal.throwIfAborted()
    hash.update([path, type, sizeBytes, executable, target, ''].join('\0'))
    if (type !== 'file') continue
    for await (const chunk of await open()) {
      hash.update(chunk as Buffer)
      onBytes((bytes += (chunk as Buffer).length))
    }
  }
  return hash.digest('hex')
}

/** An unpacked distribution. Throws `distribution-invalid` for a link that leads out of it and for more than a distribution can be. */
export async function folderTree(path: string, signal: AbortSignal): Promise<DistributionTree> {
  const entries = await folderEntries(path, signal)
  const unpackedBytes = entries.reduce((sum, {sizeBytes}) => sum + sizeBytes, 0)
  checkSize(path, entries.length, unpackedBytes)
  for (const entry of entries) checkEntry(path, entry)
  return {
    path,
    entries,
    unpackedBytes,
    readBytes: unpackedBytes,
    digest: options => digestOfEntries(entries, options),
    close: () => undefined,
  }
}
