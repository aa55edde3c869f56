import {appendFile, mkdir} from 'node:fs/promises'
import {dirname} from 'node:path'
import {writeWhole} from './files.js'
import {readIfSound} from './regular-file.js'

const MOST_LINES = 1000
const MOST_BYTES = 256 * 1024

/** The marks that were taken, a line each, the newest last. */
export class MarkLog {
  constructor(readonly path: string) {}

  async read(): Promise<readonly string[]> {
    const text = (await readIfSound(this.path))?.toString('utf8') ?? ''
    return text.split('\n').filter(line => line !== '')
  }

  async add(line: string): Promise<void> {
    await mkdir(dirname(this.path), {recursive: true, mode: 0o700})
    await appendFile(this.path, `${line}\n`, {mode: 0o600})
    const lines = await this.read()
    if (lines.length > 2 * MOST_LINES || lines.join('\n').length > MOST_BYTES)
      await writeWhole(this.path, `${lines.slice(-MOST_LINES / 2).join('\n')}\n`, 'private')
  }
}
