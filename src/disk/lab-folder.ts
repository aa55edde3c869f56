import {randomBytes} from 'node:crypto'
import {chmod, mkdir, readdir, rm} from 'node:fs/promises'
import {basename, dirname, join} from 'node:path'
import {copyPath} from '../model/copy-path.js'
import {filesBelow, readIfThere, writeIfChanged, writeWhole} from './files.js'

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
  /** The images that the lab was made with. */
  images: 'images.json',
} as const

export type PrivateFile = keyof typeof PRIVATE

/** Seen by the engine inside a container, it proves that the engine has this folder and not another of the same path. */
export const NONCE = 'nonce'

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

  async readPrivate(file: PrivateFile): Promise<string | undefined> {
    return (await readIfThere(join(this.path, PRIVATE[file])))?.toString('utf8')
  }

  async writePrivate(file: PrivateFile, content: string): Promise<void> {
    await writeIfChanged(join(this.path, PRIVATE[file]), content, 'private')
  }

  /** The rendered compose.yaml, where the lab was rendered before. */
  async readCompose(): Promise<string | undefined> {
    return (await readIfThere(join(this.path, 'compose.yaml')))?.toString('utf8')
  }

  /** Writes what differs and removes configuration files that are no longer rendered. Returns the paths that changed. */
  async writeRendered(
    files: readonly {readonly path: string; readonly content: string | Uint8Array}[],
  ): Promise<readonly string[]> {
    const written = await Promise.all(
      files.map(async ({path, content}) =>
        (await writeIfChanged(join(this.path, path), content, 'containers')) ? [path] : [],
      ),
    )
    const wanted = new Set(files.map(({path}) => path))
    const stale = (await filesBelow(join(this.path, CONFIG)))
      .map(path => `${CONFIG}/${path}`)
      .filter(path => !wanted.has(path))
    await Promise.all(stale.map(path => rm(join(this.path, path), {force: true})))
    return [...written.flat(), ...stale]
  }

  /** Puts a file where containers can read it, alone in its folder below artifacts/. */
  async writeArtifact(path: string, content: Uint8Array): Promise<void> {
    const file = join(this.path, 'artifacts', path)
    await writeIfChanged(file, content, 'containers')
    const others = (await readdir(dirname(file))).filter(name => name !== basename(file))
    await Promise.all(others.map(name => rm(join(dirname(file), name), {force: true})))
  }

  /** A copy of a user's file, by its checksum: what containers see, and what stays where the file itself is gone. */
  async readCopy(sha256: string, name: string): Promise<Uint8Array | undefined> {
    return readIfThere(join(this.path, copyPath(sha256, name)))
  }

  async writeCopy(sha256: string, name: string, content: Uint8Array): Promise<void> {
    await writeIfChanged(join(this.path, copyPath(sha256, name)), content, 'containers')
  }

  /** A random text in a file that containers can read; made once. */
  async nonce(): Promise<{readonly file: string; readonly content: string}> {
    const file = join(this.path, NONCE)
    const old = await readIfThere(file)
    if (old) return {file, content: old.toString('utf8')}
    const nonce = randomBytes(16).toString('hex')
    await writeWhole(file, nonce, 'containers')
    return {file, content: nonce}
  }

  /** Writes a configuration of curl, which may hold a token: private. Returns its path. */
  async writeCurl(name: string, content: string): Promise<string> {
    const file = join(this.path, 'curl', `${name}.curl`)
    await writeWhole(file, content, 'private')
    return file
  }

  async remove(): Promise<void> {
    await rm(this.path, {recursive: true, force: true})
  }
}
