import {readFile} from 'node:fs/promises'
import {join} from 'node:path'
import {filesBelow} from './files.js'

/** What an image's Dockerfile copies, by path: the files beside it, and those named, such as built programs. */
export async function readImageFiles(
  folder: string,
  more: Readonly<Record<string, string>> = {},
): Promise<ReadonlyMap<string, Buffer>> {
  const beside = (await filesBelow(folder)).filter(path => !path.endsWith('.hbs'))
  const all = [...beside.map(path => [path, join(folder, path)] as const), ...Object.entries(more)].toSorted()
  return new Map(await Promise.all(all.map(async ([path, file]) => [path, await readFile(file)] as const)))
}

export const readText = (path: string): Promise<string> => readFile(path, 'utf8')
