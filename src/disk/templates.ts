import {readFile} from 'node:fs/promises'
import {join} from 'node:path'
import {filesBelow} from './files.js'

const SUFFIX = '.hbs'

/** All handlebars templates below a folder, by path without `.hbs`. */
export async function readTemplates(folder: string): Promise<ReadonlyMap<string, string>> {
  const paths = (await filesBelow(folder)).filter(path => path.endsWith(SUFFIX))
  const entries = await Promise.all(
    paths.map(async path => [path.slice(0, -SUFFIX.length), await readFile(join(folder, path), 'utf8')] as const),
  )
  return new Map(entries)
}
