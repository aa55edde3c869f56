import {readdir, rm} from 'node:fs/promises'
import {basename, dirname, join} from 'node:path'
import {mirrorTree} from './file-trees.js'
import {writeWhole} from './files.js'
import {readIfSound} from './regular-file.js'

/** What is written down before something is begun that must not stay half done, beside the lab's folder. */
export class Journal {
  constructor(readonly path: string) {}

  /** Undefined where nothing is half done. */
  async read(): Promise<string | undefined> {
    return (await readIfSound(this.path))?.toString('utf8')
  }

  write(text: string): Promise<void> {
    return writeWhole(this.path, text, 'private')
  }

  /** A copy of the lab's folder as it was. */
  get before(): string {
    return `${this.path}.before`
  }

  keepBefore(folder: string): Promise<void> {
    return mirrorTree(folder, this.before)
  }

  /** Nothing is half done any more; what runs that were killed while they wrote it have left goes too. */
  async close(): Promise<void> {
    await rm(this.path, {force: true})
    await rm(this.before, {recursive: true, force: true})
    const folder = dirname(this.path)
    const names = await readdir(folder).catch(() => [])
    const left = names.filter(name => name.startsWith(`${basename(this.path)}.`) && name.endsWith('.tmp'))
    for (const name of left) await rm(join(folder, name), {force: true})
  }
}
