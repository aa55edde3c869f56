import {appendFile, stat} from 'node:fs/promises'
import {writeWhole} from './files.js'
import {readIfSound} from './regular-file.js'

/** Lines that were noted, the newest last; of more than so many bytes the newer half is kept. */
export class LineLog {
  constructor(
    readonly path: string,
    readonly mostBytes: number,
  ) {}

  async read(): Promise<readonly string[]> {
    const text = (await readIfSound(this.path))?.toString('utf8') ?? ''
    return text.split('\n').filter(line => line !== '')
  }

  /** Throws where its folder is not there: nothing is made for a note. */
  async add(...lines: readonly string[]): Promise<void> {
    if (lines.length === 0) return
    await appendFile(this.path, lines.map(line => `${line}\n`).join(''), {mode: 0o600})
    if ((await stat(this.path)).size <= this.mostBytes) return
    const all = await this.read()
    let [from, bytes] = [all.length, 0]
    while (from > 0 && bytes < this.mostBytes / 2) bytes += all[--from]!.length + 1
    await writeWhole(this.path, `${all.slice(from).join('\n')}\n`, 'private')
  }
}
