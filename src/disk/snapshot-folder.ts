import {randomUUID} from 'node:crypto'
import {mkdir, readdir, rename, rm} from 'node:fs/promises'
import {join} from 'node:path'
import {writeWhole} from './files.js'
import {readIfThere} from './regular-file.js'

const MANIFEST = 'manifest.json'
/** The lab folder as it was. */
const LAB = 'lab'
const LAB_FILE = 'apim-lab.yaml'
const DRAFT = '.draft-'

/** A snapshot's files: what is known of it, the lab folder, and the lab file that was there. All private. */
export class SnapshotFolder {
  constructor(
    readonly path: string,
    /** Where it will lie. */
    private readonly target: string = path,
  ) {}

  get lab(): string {
    return join(this.path, LAB)
  }

  /** Undefined where there is no snapshot. */
  async manifest(): Promise<string | undefined> {
    return (await readIfThere(join(this.path, MANIFEST)).catch(unlessNoFolder))?.toString('utf8')
  }

  async labFile(): Promise<string | undefined> {
    return (await readIfThere(join(this.path, LAB_FILE)))?.toString('utf8')
  }

  writeManifest(text: string): Promise<void> {
    return writeWhole(join(this.path, MANIFEST), text, 'private')
  }

  writeLabFile(text: string): Promise<void> {
    return writeWhole(join(this.path, LAB_FILE), text, 'private')
  }

  /** A file of the lab folder, or the lab file, by its path in this folder. */
  writeFile(path: string, content: Uint8Array, isPrivate: boolean): Promise<void> {
    return writeWhole(join(this.path, path), content, isPrivate ? 'private' : 'containers')
  }

  /** A draft is a snapshot from here on: all of it is there at once. */
  async keep(): Promise<void> {
    await rename(this.path, this.target)
  }

  async remove(): Promise<void> {
    // What is not whole is none: the manifest goes first.
    await rm(join(this.path, MANIFEST), {force: true})
    await rm(this.path, {recursive: true, force: true})
  }
}

const unlessNoFolder = (error: NodeJS.ErrnoException): undefined => {
  if (error.code !== 'ENOTDIR') throw error
}

/** The snapshots of one lab. */
export class SnapshotFolders {
  constructor(readonly path: string) {}

  of(name: string): SnapshotFolder {
    return new SnapshotFolder(join(this.path, name))
  }

  async names(): Promise<readonly string[]> {
    const entries = await readdir(this.path, {withFileTypes: true}).catch(() => [])
    return entries
      .filter(it => it.isDirectory() && !it.name.startsWith('.'))
      .map(({name}) => name)
      .toSorted()
  }

  /** A folder for a snapshot that is being made. */
  async draft(name: string): Promise<SnapshotFolder> {
    const path = join(this.path, `${DRAFT}${randomUUID()}`)
    await mkdir(path, {recursive: true, mode: 0o700})
    return new SnapshotFolder(path, join(this.path, name))
  }

  /** Removes what runs that died had begun. */
  async removeDrafts(): Promise<void> {
    const names = await readdir(this.path).catch(() => [])
    for (const name of names.filter(it => it.startsWith(DRAFT)))
      await rm(join(this.path, name), {recursive: true, force: true})
    if (names.length > 0 && (await readdir(this.path)).length === 0) await rm(this.path, {recursive: true, force: true})
  }
}
