import {basename, isAbsolute, join, resolve} from 'node:path'
import {looksPacked, unpack} from '../../disk/case-pack.js'
import {readIfThere} from '../../disk/regular-file.js'
import {filesBelow} from '../../disk/files.js'
import {statOf} from '../../disk/replaceable.js'
import {LabError} from '../../errors.js'
import {PACKED_CASE, type PackManifest} from '../../model/cases/pack.js'
import {parseCase} from '../../model/cases/parse-case.js'
import {nearest} from '../../model/nearest.js'
import {DATABASE_SERVERS} from '../../model/releases/servers/index.js'
import type {LabContext} from '../context.js'
import {knownComponents} from '../resolve/load-settings.js'
import type {LoadedCase} from './case-lab.js'
import {caseSnapshot, type CaseSnapshot} from './case-snapshot.js'

/** The case of a folder. */
export const CASE_FILE = 'case.yaml'

const MOST_BYTES = 1024 * 1024

type Rooms = Pick<LabContext, 'releases' | 'cases' | 'data' | 'signal'>

/** Reads a case of a file, or of a folder with `case.yaml`. Throws `case-invalid` with all mistakes, `file-unusable`. */
export async function readCase(path: string, {releases}: Pick<LabContext, 'releases'>): Promise<LoadedCase> {
  const isFolder = (await statOf(path))?.isDirectory() ?? false
  const file = isFolder ? join(path, CASE_FILE) : path
  const bytes = await readIfThere(file, {mostBytes: MOST_BYTES})
  if (!bytes) throw new LabError('file-unusable', `There is no case ${file}.`, {next: ['apim-lab case new']})
  const text = bytes.toString('utf8')
  return {case: parseCase(text, basename(file), {components: knownComponents(releases)}), path: file, text}
}

/** Paths of the cases that come with the command, by their names. */
export async function builtInCases(folder: string): Promise<ReadonlyMap<string, string>> {
  const files = await filesBelow(folder)
  return new Map(
    files
      .filter(file => /^[^/]+\.yaml$/.test(file) || file.endsWith(`/${CASE_FILE}`))
      .map(file => [file.replace(/(\/case)?\.yaml$/, ''), join(folder, file)] as const)
      .toSorted(([a], [b]) => a.localeCompare(b)),
  )
}

/** A case that was found by a word. */
export interface FoundCase extends LoadedCase {
  /** It came in a pack: somebody else's. */
  readonly pack?: PackManifest
  /** The archive of images that came with it. */
  readonly images?: string
  /** The snapshot that came with it. */
  readonly snapshot?: CaseSnapshot
  /** Removes what was unpacked. */
  readonly close: () => Promise<void>
}

async function unpacked(path: string, context: Rooms): Promise<FoundCase> {
  const {manifest, folder, images, remove} = await unpack(path, join(context.data.path, 'packs'), context.signal)
  try {
    const loaded = await readCase(join(folder, PACKED_CASE), context)
    const snapshot = await caseSnapshot(loaded, context)
    if (snapshot) checkOwnDriver(path, snapshot)
    return {
      ...loaded,
      pack: manifest,
      ...(images !== undefined && {images}),
      ...(snapshot && {snapshot}),
      close: remove,
    }
  } catch (error) {
    await remove()
    throw error
  }
}

/** Nothing outside of a pack is read for it: a snapshot names the driver of its lab by a path of the machine that it is of. */
function checkOwnDriver(path: string, {settings}: CaseSnapshot): void {
  const driver = DATABASE_SERVERS.map(server => settings[server.settings.driver]).find(
    input => input !== undefined && isAbsolute(input),
  )
  if (driver === undefined) return
  throw new LabError(
    'file-unusable',
    `${path} can't be used: the lab of its snapshot has the JDBC driver ${driver} of another machine.`,
    {next: [`ls -l ${path}`]},
  )
}

const opened = (loaded: LoadedCase): FoundCase => ({...loaded, close: () => Promise.resolve()})

/** The case that a word means: a file, folder or pack, else one that comes with the command. Throws `case-unknown` for none of them. */
export async function theCase(word: string, workingDirectory: string, context: Rooms): Promise<FoundCase> {
  const path = resolve(workingDirectory, word)
  const found = await statOf(path)
  if (found?.isFile() && (await looksPacked(path))) return unpacked(path, context)
  if (found) return opened(await readCase(path, context))
  const known = await builtInCases(context.cases)
  const own = known.get(word)
  if (own !== undefined) return opened(await readCase(own, context))
  const near = nearest(word.slice(0, 80), [...known.keys()])
  throw new LabError(
    'case-unknown',
    `There is no file and no case ${JSON.stringify(word.slice(0, 80))}${near === undefined ? '' : `; did you mean ${near}`}.`,
    {next: ['apim-lab case list', 'apim-lab case new']},
  )
}
