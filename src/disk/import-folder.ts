import {rm} from 'node:fs/promises'
import {join} from 'node:path'
import {writeWhole} from './files.js'

/** Writes the files of an import in place of those of an earlier one. They are the user's alone: they come from production. */
export async function writeImport(
  folder: string,
  files: readonly {readonly path: string; readonly text: string}[],
): Promise<void> {
  await rm(join(folder, 'overlays'), {recursive: true, force: true})
  for (const {path, text} of files) await writeWhole(join(folder, path), text, 'private')
}
