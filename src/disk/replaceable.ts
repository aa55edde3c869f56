import type {Stats} from 'node:fs'
import {stat} from 'node:fs/promises'
import {dirname} from 'node:path'
import {LabError} from '../errors.js'

/** What is there, links followed; undefined for nothing, or what can't be reached. */
export const statOf = (path: string): Promise<Stats | undefined> => stat(path).catch(() => undefined)

/** Throws `file-unusable` unless a file can be written under that name; one that is there will be replaced. */
export async function checkReplaceable(path: string): Promise<void> {
  const found = await statOf(path)
  // A device would be replaced too.
  if (found && !found.isFile())
    throw new LabError('file-unusable', `${path} is ${found.isDirectory() ? 'a folder' : 'not a regular file'}.`, {
      next: [`ls -ld ${path}`],
    })
  const folder = dirname(path)
  if (!(await statOf(folder))?.isDirectory())
    throw new LabError('file-unusable', `There is no folder ${folder}.`, {next: [`mkdir -p ${folder}`]})
}
