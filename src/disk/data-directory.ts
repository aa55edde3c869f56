import {randomUUID} from 'node:crypto'
import {mkdir, readdir, rename, rm} from 'node:fs/promises'
import {join} from 'node:path'
import {writeWhole} from './files.js'
import {readIfThere} from './regular-file.js'
import {Journal} from './journal.js'
import {LabFolder} from './lab-folder.js'
import {LineLog} from './line-log.js'
import {SnapshotFolders} from './snapshot-folder.js'

const CERTIFICATE = 'ca.pem'
const KEY = 'ca-key.pem'

const MOST_BYTES_OF_MARKS = 128 * 1024

interface KeyPairFiles {
  readonly key: string
  readonly certificate: string
}

/** Half of it may be all that there is. */
type KeptPair = {readonly [File in keyof KeyPairFiles]: string | undefined}

/** Everything that apim-lab keeps for one user: a folder a lab, and the certificate authority that all of them share. */
export class DataDirectory {
  constructor(readonly path: string) {}

  /** Makes the directory where it is missing. */
  async ensure(): Promise<void> {
    await mkdir(this.path, {recursive: true, mode: 0o700})
  }

  lab(name: string): LabFolder {
    return new LabFolder(join(this.path, 'labs', name))
  }

  /** Beside the lab's folder, not in it: the folder may go while the lock is held. */
  async lockFile(name: string): Promise<string> {
    const folder = join(this.path, 'labs')
    await mkdir(folder, {recursive: true, mode: 0o700})
    return join(folder, `${name}.lock`)
  }

  snapshots(lab: string): SnapshotFolders {
    return new SnapshotFolders(join(this.path, 'snapshots', lab))
  }

  /** Names of the labs that have snapshots. */
  async labsWithSnapshots(): Promise<readonly string[]> {
    const entries = await readdir(join(this.path, 'snapshots'), {withFileTypes: true}).catch(() => [])
    return entries.filter(entry => entry.isDirectory()).map(({name}) => name)
  }

  /** What a command on a lab is in the middle of: the next one goes on from it, or leads back. */
  journal(lab: string): Journal {
    return new Journal(join(this.path, 'labs', `${lab}.journal`))
  }

  /** The runs of a search for a cause, by what it is about: the next one goes on from it. */
  search(hash: string): Journal {
    return new Journal(join(this.path, 'searches', `${hash}.json`))
  }

  /** The marks that this user took, of all labs. */
  get marks(): LineLog {
    return new LineLog(join(this.path, 'marks'), MOST_BYTES_OF_MARKS)
  }

  /** Names of the labs that have a folder. */
  async labNames(): Promise<readonly string[]> {
    const entries = await readdir(join(this.path, 'labs'), {withFileTypes: true}).catch(() => [])
    return entries.filter(entry => entry.isDirectory()).map(({name}) => name)
  }

  get authorityPath(): string {
    return join(this.authorityFolder, CERTIFICATE)
  }

  /** What is there of the authority, unchecked; undefined where there is nothing of it. */
  async readAuthority(): Promise<KeptPair | undefined> {
    const [certificate, key] = await Promise.all([readIfThere(this.authorityPath), readIfThere(this.#authorityKey)])
    if (!certificate && !key) return undefined
    return {certificate: certificate?.toString('utf8'), key: key?.toString('utf8')}
  }

  /** Keeps the authority, both files at once. Returns the one that is kept: another command may have been first. */
  async writeAuthority(authority: KeyPairFiles): Promise<KeptPair> {
    const temporary = `${this.authorityFolder}.${randomUUID()}`
    try {
      await writeWhole(join(temporary, KEY), authority.key, 'private')
      await writeWhole(join(temporary, CERTIFICATE), authority.certificate, 'private')
      await rename(temporary, this.authorityFolder)
    } catch (error) {
      const kept = await this.readAuthority()
      if (!kept) throw error
      return kept
    } finally {
      await rm(temporary, {recursive: true, force: true})
    }
    return authority
  }

  get authorityFolder(): string {
    return join(this.path, 'ca')
  }

  get #authorityKey(): string {
    return join(this.authorityFolder, KEY)
  }
}
