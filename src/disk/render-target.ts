import {readdir} from 'node:fs/promises'
import {join} from 'node:path'
import {readIfThere} from './files.js'

/** First words of every compose.yaml that we wrote. */
const MARK = '# Rendered by apim-lab'

/** What a folder that is to be written to is now. */
export type TargetState = 'free' | 'ours' | 'foreign' | 'no-folder'

/** Whether a rendered lab may be written there: nothing is there, the folder is empty, or we rendered what it holds. */
export async function targetState(folder: string): Promise<TargetState> {
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
  const compose = names.includes('compose.yaml') ? await readIfThere(join(folder, 'compose.yaml')) : undefined
  return compose?.toString('utf8').startsWith(MARK) ? 'ours' : 'foreign'
}
