import {stat} from 'node:fs/promises'
import {dirname} from 'node:path'
import {LabError} from '../errors.js'
import {writeWhole} from './files.js'

const isFolder = async (path: string) => (await stat(path).catch(() => undefined))?.isDirectory() === true

/** Throws `file-unusable` unless a report can be written there; a file that is there will be replaced. */
export async function checkReport(path: string): Promise<void> {
  if (await isFolder(path)) throw new LabError('file-unusable', `${path} is a folder.`, {next: [`ls -ld ${path}`]})
  const folder = dirname(path)
  if (!(await isFolder(folder)))
    throw new LabError('file-unusable', `There is no folder ${folder}.`, {next: [`mkdir -p ${folder}`]})
}

/** Writes a report, whole or not at all. */
export async function writeReport(path: string, content: string): Promise<void> {
  await checkReport(path)
  await writeWhole(path, content, 'containers')
}
