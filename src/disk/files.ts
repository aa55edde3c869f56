import {randomUUID} from 'node:crypto'
import {mkdir, open, readdir, rename, rm, rmdir, stat} from 'node:fs/promises'
import {dirname, join, relative, sep} from 'node:path'
import {LabError} from '../errors.js'
import {readIfSound} from './regular-file.js'

/** Who may read: all inside the 0700 lab folder (containers run as other users), or only we. */
export type Visibility = 'containers' | 'private'

const MODES = {containers: {file: 0o644, folder: 0o755}, private: {file: 0o600, folder: 0o700}} as const

const isMissing = (error: unknown) => (error as NodeJS.ErrnoException).code === 'ENOENT'

/** Writes whole or not at all: a reader sees the old content or the new one. */
export async function writeWhole(path: string, content: string | Uint8Array, visibility: Visibility): Promise<void> {
  const modes = MODES[visibility]
  await mkdir(dirname(path), {recursive: true, mode: modes.folder})
  const temporary = `${path}.${randomUUID()}.tmp`
  try {
    const file = await open(temporary, 'wx', modes.file)
    try {
      await file.writeFile(content)
      // The mode given to open is cut by the umask: containers must be able to read.
      await file.chmod(modes.file)
    } finally {
      await file.close()
    }
    await replace(temporary, path)
  } finally {
    await rm(temporary, {force: true})
  }
}

/** Engines make an empty folder in the place of a file that is to be mounted and is not there: that one goes. A symbolic link is replaced, not followed. */
async function replace(temporary: string, path: string): Promise<void> {
  try {
    await rename(temporary, path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EISDIR') throw error
    await rmdir(path).catch((cause: unknown) => {
      throw new LabError('file-unusable', `Can't write ${path}: it is a folder with files in it.`, {
        next: [`mv ${path} ${path}.old`],
        cause,
      })
    })
    await rename(temporary, path)
  }
}

/** Writes only what differs, so that an unchanged lab keeps its times. Returns whether it wrote. */
export async function writeIfChanged(
  path: string,
  content: string | Uint8Array,
  visibility: Visibility,
): Promise<boolean> {
  if (!(await differs(path, content, visibility))) return false
  await writeWhole(path, content, visibility)
  return true
}

/** Whether a file is another one than it shall be, or has other permissions. */
export async function differs(path: string, content: string | Uint8Array, visibility: Visibility): Promise<boolean> {
  const old = await readIfSound(path)
  return !old?.equals(Buffer.from(content)) || (await modeOf(path)) !== MODES[visibility].file
}

const modeOf = async (path: string) => (await stat(path)).mode & 0o777

/** Paths of all files below a folder, relative to it, with `/`; none where there is no folder. */
export async function filesBelow(folder: string): Promise<string[]> {
  try {
    const entries = await readdir(folder, {recursive: true, withFileTypes: true})
    return entries
      .filter(entry => entry.isFile())
      .map(entry => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'))
  } catch (error) {
    if (isMissing(error)) return []
    throw error
  }
}
