import {stat} from 'node:fs/promises'
import {dirname} from 'node:path'
import {LabError} from '../../errors.js'
import {folderTree} from './folder-tree.js'
import type {DistributionTree} from './tree.js'
import {zipTree} from './zip-tree.js'

/** Opens a distribution's zip or folder. Throws `file-unusable` where there is neither, `distribution-invalid` for what can be none. */
export async function openTree(path: string, signal: AbortSignal): Promise<DistributionTree> {
  const found = await stat(path).catch(() => undefined)
  if (found?.isDirectory()) return folderTree(path, signal)
  if (found?.isFile()) return zipTree(path, signal)
  throw new LabError('file-unusable', `There is no file or folder ${path}.`, {next: [`ls -l ${dirname(path)}`]})
}
