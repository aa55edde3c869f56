import {dirname, join, parse, resolve, sep} from 'node:path'
import {realpath, stat} from 'node:fs/promises'
import {LabError, type LabErrorCode} from '../errors.js'
import type {MountedFile} from '../model/settings.js'
import {readChecked} from './download.js'
import {readIfThere} from './regular-file.js'

export const LAB_FILE = 'apim-lab.yaml'

/** Far above any configuration file. */
const MAX_TEXT_BYTES = 1024 * 1024

export interface FoundLabFile {
  readonly path: string
  readonly text: string
}

/** The lab file of that path, or the nearest one from a folder upwards; undefined where there is none. */
export async function findLabFile(from: string, path?: string): Promise<FoundLabFile | undefined> {
  if (path !== undefined) {
    const file = resolve(from, path)
    const bytes = await readIfThere(file, {mostBytes: MAX_TEXT_BYTES})
    if (!bytes) throw new LabError('lab-file-invalid', `There is no lab file ${path}.`, {next: ['apim-lab init']})
    return {path: file, text: bytes.toString('utf8')}
  }
  const {root} = parse(from)
  for (let folder = from; ; folder = dirname(folder)) {
    const file = join(folder, LAB_FILE)
    const bytes = await readIfThere(file, {mostBytes: MAX_TEXT_BYTES})
    if (bytes) return {path: file, text: bytes.toString('utf8')}
    if (folder === root) return undefined
  }
}

const correct = (labFile: string) => ({next: [`ls -l ${dirname(labFile)}`, `Correct ${labFile}`]})

/**
 * Absolute path of a file that a lab file names. It must lie in the lab file's folder, symbolic links followed: the file may be
 * somebody else's.
 */
export async function fileBeside(labFile: string, path: string, what: string, code: LabErrorCode): Promise<string> {
  const folder = await realpath(dirname(labFile))
  const file = resolve(folder, path)
  const real = await realpath(file).catch(() => undefined)
  if (real === undefined)
    throw new LabError(code, `There is no ${what} ${file}, which ${labFile} names.`, correct(labFile))
  if (!real.startsWith(folder + sep))
    throw new LabError(code, `The ${what} ${path} leads out of the folder of ${labFile}, to ${real}.`, correct(labFile))
  return real
}

/**
 * Text of a file that a lab file names. Throws `overlay-invalid` where it is not a file beside the lab file or below it, or larger than
 * a configuration file can be.
 */
export async function textBeside(labFile: string, path: string, what: string): Promise<string> {
  const file = await fileBeside(labFile, path, what, 'overlay-invalid')
  const found = await stat(file)
  if (!found.isFile())
    throw new LabError('overlay-invalid', `The ${what} ${path} is not a regular file.`, correct(labFile))
  if (found.size > MAX_TEXT_BYTES)
    throw new LabError(
      'overlay-invalid',
      `The ${what} ${path} is too large: it can have 1 MB at most.`,
      correct(labFile),
    )
  return (await readIfThere(file))!.toString('utf8')
}

/** The largest JAR files of the product are far below it. */
const MAX_MOUNT_BYTES = 64 * 1024 * 1024

/** A file that a lab file names, with its checksum. Throws `file-unusable` where it is no file beside the lab file or below it, or too large. */
export async function mountBeside(labFile: string, path: string): Promise<MountedFile> {
  const source = await fileBeside(labFile, path, 'file', 'file-unusable')
  const found = await stat(source)
  if (!found.isFile())
    throw new LabError('file-unusable', `${path}, named in ${labFile}, is not a regular file.`, correct(labFile))
  if (found.size > MAX_MOUNT_BYTES)
    throw new LabError(
      'file-unusable',
      `${path}, which ${labFile} names, is too large: it can have 64 MB at most.`,
      correct(labFile),
    )
  return {path, source, sha256: (await readChecked(source))!.sha256}
}

/** Absolute path of the JDBC driver that a lab file names. Throws `driver-unusable` where it is not beside the lab file or below it. */
export const driverBeside = (labFile: string, path: string): Promise<string> =>
  fileBeside(labFile, path, 'JDBC driver', 'driver-unusable')
