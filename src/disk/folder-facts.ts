import {constants} from 'node:fs'
import {access, stat, statfs} from 'node:fs/promises'
import {dirname} from 'node:path'

export interface FolderFacts {
  readonly exists: boolean
  /** Permission bits; of a folder that exists. */
  readonly mode?: number
  /** It can be written to, or made where it is missing. */
  readonly writable: boolean
}

const nearestThere = async (path: string): Promise<string> => {
  for (let folder = path; ; folder = dirname(folder))
    if ((await stat(folder).catch(() => undefined)) || folder === dirname(folder)) return folder
}

/** What is to be known of a folder that we keep things in. */
export async function folderFacts(path: string): Promise<FolderFacts> {
  const found = await stat(path).catch(() => undefined)
  const writable = await access(await nearestThere(path), constants.W_OK | constants.X_OK).then(
    () => true,
    () => false,
  )
  return {exists: found?.isDirectory() ?? false, ...(found && {mode: found.mode & 0o777}), writable}
}

/** Free bytes where a folder is or would be made. */
export async function freeBytes(path: string): Promise<number> {
  const {bavail, bsize} = await statfs(await nearestThere(path))
  return bavail * bsize
}

/** Whether there is such a folder on this host. */
export const isFolder = (path: string): Promise<boolean> =>
  stat(path).then(
    found => found.isDirectory(),
    () => false,
  )
