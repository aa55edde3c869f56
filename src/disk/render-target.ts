import {readdir} from 'node:fs/promises'
import {join} from 'node:path'
import {readIfThere} from './regular-file.js'

/** A file that tells whose a folder is, by its first words. */
export interface FolderSign {
  readonly file: string
  readonly begins: string
}

const RENDERED: FolderSign = {file: 'compose.yaml', begins: '# Rendered by apim-lab'}

/** What a folder that is to be written to is now. */
export type TargetState = 'free' | 'ours' | 'foreign' | 'no-folder'

/** Whether a lab may be written there: nothing is there, the folder is empty, or we wrote what it holds. */
export async function targetState(folder: string, {file, begins} = RENDERED): Promise<TargetState> {
  let names: readonly string[]
  try {
    names = await readdir(folder)
  } catch (error) {
    const {code} = error as NodeJS.ErrnoException
    if (code === 'ENOENT') return 'free'
    if (code === 'ENOTDIR') return 'no-folder'
    throw error
  }
  if (names.length === 0) return 'free'
  const sign = names.includes(file) ? await readIfThere(join(folder, file)) : undefined
  return sign?.toString('utf8').startsWith(begins) ? 'ours' : 'foreign'
}
