import {readdir} from 'node:fs/promises'
import {join} from 'node:path'
import {readIfThere} from './regular-file.js'

/** The text of all of apt's lists of sources, with an empty line between two of them; empty where there is no apt. */
export async function readAptSources(folder = '/etc/apt'): Promise<string> {
  const parts = join(folder, 'sources.list.d')
  const names = await readdir(parts).catch(() => [])
  const files = [
    join(folder, 'sources.list'),
    ...names
      .filter(name => /\.(list|sources)$/.test(name))
      .toSorted()
      .map(name => join(parts, name)),
  ]
  const texts = await Promise.all(files.map(file => readIfThere(file)))
  return texts.map(text => text?.toString('utf8') ?? '').join('\n\n')
}
