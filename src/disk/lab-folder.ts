import {randomBytes} from 'node:crypto'
import {chmod, lstat, mkdir, readdir, rm, unlink} from 'node:fs/promises'
import {basename, dirname, join} from 'node:path'
import {copyPath} from '../model/copy-path.js'
import {differs, filesBelow, writeIfChanged, writeWhole} from './files.js'
import {LineLog} from './line-log.js'
import {readIfSound, readIfThere} from './regular-file.js'

/** What a folder of a lab may hold below config/: everything else there is left over from nodes that are gone. */
const CONFIG = 'config'

const PRIVATE = {
  settings: 'settings.json',
  secrets: 'secrets.json',
  key: 'tls/key.pem',
  certificate: 'tls/certificate.pem',
  stores: 'tls/stores.json',
  untrusted: 'tls/untrusted.json',
  rendered: 'rendered.json',
  /** The volume on which the schema is complete. */
  schema: 'schema-complete',
  /** What was found in the release's images, by image id. */
  imageContents: 'image-contents.json',
  /** The containers that were seen ready, since they started last. */
  ready: 'ready.json',
  /** What the last walk of `verify` came to. */
  verify: 'verify.json',
  /** The images that the lab was made with. */
  images: 'images.json',
} as const

export type PrivateFile = keyof typeof PRIVATE

/** Alone among them, the settings can't be made anew. */
const SETTINGS: PrivateFile = 'settings'

/** Seen by the engine inside a container, it proves that the engine has this folder and not another of the same path. */
export const NONCE = 'shared/nonce'

/** What commands did with the lab, an event a line: for `timeline`. */
export const EVENTS = 'events.ndjson'

const MOST_BYTES_OF_EVENTS = 2 * 1024 * 1024

const NONCE_BYTES = 16
const isNonce = (text: string) => new RegExp(`^[0-9a-f]{${NONCE_BYTES * 2}}$`).test(text)

/** A link or a file in the place of a folder of ours goes: nothing is written, or removed, where it leads. */
async function clearWay(root: string, folders: ReadonlySet<string>): Promise<void> {
  for (const folder of folders) {
    if (folder === '.') continue
    await clearWay(root, new Set([dirname(folder)]))
    const found = await lstat(join(root, folder)).catch(() => undefined)
    if (found && !found.isDirectory()) await unlink(join(root, folder))
  }
}

/** A file of the lab folder, by its path there. */
export interface FileToWrite {
  readonly path: string
  readonly content: string | Uint8Array
}

/** The files of one lab, below the user's data directory. The folder itself is 0700; see `Visibility` for what is inside. */
export class LabFolder {
  constructor(readonly path: string) {}

  /** Makes the folder where it is missing. */
  async ensure(): Promise<void> {
    await mkdir(this.path, {recursive: true, mode: 0o700})
    await chmod(this.path, 0o700)
  }

  async exists(): Promise<boolean> {
    return (await readdir(this.path).catch(() => undefined)) !== undefined
  }

  /** What the folder keeps under that name; of what can be made anew, nothing where it can't be read. Throws for settings that can't be read. */
  async readPrivate(file: PrivateFile): Promise<string | undefined> {
    const path = join(this.path, PRIVATE[file])
    return (await (file === SETTINGS ? readIfThere(path) : readIfSound(path)))?.toString('utf8')
  }

  async writePrivate(file: PrivateFile, content: string): Promise<void> {
    await clearWay(this.path, new Set([dirname(PRIVATE[file])]))
    await writeIfChanged(join(this.path, PRIVATE[file]), content, 'private')
  }

  /** What commands did with the lab. */
  get events(): LineLog {
    return new LineLog(join(this.path, EVENTS), MOST_BYTES_OF_EVENTS)
  }

  /** The rendered compose.yaml, where the lab was rendered before. */
  async readCompose(): Promise<string | undefined> {
    return (await readIfSound(join(this.path, 'compose.yaml')))?.toString('utf8')
  }

  /** Paths of what was rendered, in the folder. */
  async renderedPaths(): Promise<readonly string[]> {
    const below = (await filesBelow(join(this.path, CONFIG))).toSorted().map(path => `${CONFIG}/${path}`)
    return ['compose.yaml', ...below]
  }

  /** When a file of the folder was written last, by the clock of this machine: ms since 1970. */
  async writtenAt(path: string): Promise<number | undefined> {
    return (await lstat(join(this.path, path)).catch(() => undefined))?.mtimeMs
  }

  /** The files that lines of curl read their tokens from. */
  async curlTexts(): Promise<readonly string[]> {
    const paths = await filesBelow(join(this.path, 'curl'))
    const texts = await Promise.all(paths.map(path => this.readFile(join('curl', path))))
    return texts.filter(text => text !== undefined)
  }

  /** A file that was rendered, by its path in the folder. */
  async readFile(path: string): Promise<string | undefined> {
    return (await readIfSound(join(this.path, path)))?.toString('utf8')
  }

  /** Writes what differs and removes configuration files that are no longer rendered. Returns the paths that changed. */
  async writeRendered(files: readonly FileToWrite[]): Promise<readonly string[]> {
    await clearWay(this.path, new Set([CONFIG, ...files.map(({path}) => dirname(path))]))
    const write = (path: string, content: string | Uint8Array) => writeIfChanged(path, content, 'containers')
    const written = await this.#filter(files, write)
    const stale = await this.#stale(files)
    await Promise.all(stale.map(path => rm(join(this.path, path), {force: true})))
    return [...written, ...stale]
  }

  /** The paths that `writeRendered` would change. */
  protected async changes(files: readonly FileToWrite[]): Promise<readonly string[]> {
    const isOther = (path: string, content: string | Uint8Array) => differs(path, content, 'containers')
    return [...(await this.#filter(files, isOther)), ...(await this.#stale(files))]
  }

  /** The paths of those files of which this holds; it is given where they lie. */
  async #filter(
    files: readonly FileToWrite[],
    holds: (path: string, content: string | Uint8Array) => Promise<boolean>,
  ): Promise<readonly string[]> {
    const held = await Promise.all(files.map(({path, content}) => holds(join(this.path, path), content)))
    return files.filter((_, i) => held[i]).map(({path}) => path)
  }

  /** Configuration files that are no longer rendered. */
  async #stale(files: readonly {readonly path: string}[]): Promise<readonly string[]> {
    const wanted = new Set(files.map(({path}) => path))
    return (await filesBelow(join(this.path, CONFIG)))
      .map(path => `${CONFIG}/${path}`)
      .filter(path => !wanted.has(path))
  }

  /** Puts a file where containers can read it, alone in its folder below artifacts/. */
  async writeArtifact(path: string, content: Uint8Array): Promise<void> {
    const file = join(this.path, 'artifacts', path)
    await this.#writeShared(join('artifacts', path), content)
    const others = (await readdir(dirname(file))).filter(name => name !== basename(file))
    await Promise.all(others.map(name => rm(join(dirname(file), name), {force: true})))
  }

  /** A copy of a user's file, by its checksum: what containers see, and what stays where the file itself is gone. */
  async readCopy(sha256: string, name: string): Promise<Uint8Array | undefined> {
    return readIfSound(join(this.path, copyPath(sha256, name)))
  }

  async writeCopy(sha256: string, name: string, content: Uint8Array): Promise<void> {
    await this.#writeShared(copyPath(sha256, name), content)
  }

  /** A random text in a file that containers can read; made once. */
  async nonce(): Promise<{readonly file: string; readonly content: string}> {
    const file = join(this.path, NONCE)
    const old = (await readIfSound(file))?.toString('utf8')
    if (old !== undefined && isNonce(old)) return {file, content: old}
    const nonce = randomBytes(NONCE_BYTES).toString('hex')
    await clearWay(this.path, new Set([dirname(NONCE)]))
    await writeWhole(file, nonce, 'containers')
    return {file, content: nonce}
  }

  /** Writes a configuration of curl, which may hold a token: private. Returns its path. */
  async writeCurl(name: string, content: string): Promise<string> {
    const file = join(this.path, 'curl', `${name}.curl`)
    await clearWay(this.path, new Set(['curl']))
    await writeWhole(file, content, 'private')
    return file
  }

  /** Below the lab folder, for containers. */
  async #writeShared(path: string, content: Uint8Array): Promise<void> {
    await clearWay(this.path, new Set([dirname(path)]))
    await writeIfChanged(join(this.path, path), content, 'containers')
  }

  async remove(): Promise<void> {
    await rm(this.path, {recursive: true, force: true})
  }
}
