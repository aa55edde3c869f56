import {writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {LabError, messageOf} from '../errors.js'
import {writeWhole} from './files.js'
import {LAB_FILE} from './lab-file.js'

/** Writes a lab file into a folder and returns its path. One that is there stays, unless `force` replaces it. */
export async function writeLabFile(folder: string, content: string, force: boolean): Promise<string> {
  const path = join(folder, LAB_FILE)
  try {
    await (force ? writeWhole(path, content, 'containers') : writeFile(path, content, {flag: 'wx'}))
    return path
  } catch (error) {
    const there = (error as NodeJS.ErrnoException).code === 'EEXIST'
    throw new LabError(
      'usage-invalid',
      there ? `There is a lab file already: ${path}.` : `${path} can't be written: ${messageOf(error)}.`,
      {next: there ? ['apim-lab init --force (replaces it)', 'apim-lab up'] : [], cause: error},
    )
  }
}
