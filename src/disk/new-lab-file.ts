import {writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {LabError, messageOf} from '../errors.js'
import {writeWhole} from './files.js'
import {LAB_FILE} from './lab-file.js'

export interface NewFile {
  readonly path: string
  readonly content: string
  /** One that is there is replaced. */
  readonly force: boolean
  /** What it is: `a lab file`. */
  readonly what: string
  /** What to type where one is there. */
  readonly next: readonly string[]
}

/** Writes a file that was not there, and returns its path. Throws `usage-invalid` for one that is, unless `force` replaces it. */
export async function writeNewFile({path, content, force, what, next}: NewFile): Promise<string> {
  try {
    await (force ? writeWhole(path, content, 'containers') : writeFile(path, content, {flag: 'wx'}))
    return path
  } catch (error) {
    const there = (error as NodeJS.ErrnoException).code === 'EEXIST'
    throw new LabError(
      'usage-invalid',
      there ? `There is ${what} already: ${path}.` : `${path} can't be written: ${messageOf(error)}.`,
      {next: there ? next : [], cause: error},
    )
  }
}

/** Writes a lab file into a folder and returns its path. One that is there stays, unless `force` replaces it. */
export const writeLabFile = (folder: string, content: string, force: boolean): Promise<string> =>
  writeNewFile({
    path: join(folder, LAB_FILE),
    content,
    force,
    what: 'a lab file',
    next: ['apim-lab init --force (replaces it)', 'apim-lab up'],
  })
