import {basename} from 'node:path'
import {driverBeside, findLabFile, mountBeside, textBeside} from '../../disk/lab-file.js'
import type {LabFolder} from '../../disk/lab-folder.js'
import {keptJson, parseKept, pathsFromLabFile} from '../../model/kept-settings.js'
import {withFiles, type FileKind, type LabFile, type NamedFile} from '../../model/lab-file/lab-file.js'
import {parseLabFile} from '../../model/lab-file/parse.js'
import {checkLabName} from '../../model/names.js'
import {parseOverlay} from '../../model/overlay.js'
import type {Release} from '../../model/release.js'
import {withoutPaths, type SettingFlags, type SettingSource} from '../../model/resolve-settings.js'
import {DEFAULT_LAB, type LabSettings, type MountedFile, type TextFile} from '../../model/settings.js'
import {LOAD_BALANCER} from '../../model/topology.js'

export interface LabFileOptions {
  readonly workingDirectory: string
  /** Path of the lab file; without it the nearest one upwards. */
  readonly file?: string
}

/** Every component that some release has: a lab file may name any of them. */
export const knownComponents = (releases: readonly Release[]) => [
  ...new Set([
    ...releases.flatMap(({components, servers}) => [...components, ...servers].map(({name}) => name)),
    LOAD_BALANCER,
  ]),
]

type Reader = (labFile: string, path: string) => Promise<TextFile | MountedFile | string>

/** What is read of a file that a lab file names. */
const READERS: Readonly<Record<FileKind, Reader>> = {
  overlay: async (labFile, path) => {
    const content = await textBeside(labFile, path, 'overlay')
    parseOverlay(content, path)
    return {path, content}
  },
  config: async (labFile, path) => ({path, content: await textBeside(labFile, path, 'configuration')}),
  driver: driverBeside,
  mount: mountBeside,
}

/** The settings that the lab file asks for, its overlays read and checked; undefined where there is no lab file. */
export async function labFileSettings(
  {workingDirectory, file}: LabFileOptions,
  releases: readonly Release[],
): Promise<Partial<LabSettings> | undefined> {
  const found = await findLabFile(workingDirectory, file)
  if (!found) return undefined
  const labFile = parseLabFile(found.text, basename(found.path), {components: knownComponents(releases)})
  return readFiles(labFile, found.path)
}

/** The settings of a lab file with the files that it names, which lie beside it; `inline`: texts of those that do not. */
export async function readFiles(
  labFile: LabFile,
  path: string,
  inline: Readonly<Record<string, string>> = {},
): Promise<Partial<LabSettings>> {
  const read = new Map<NamedFile, TextFile | MountedFile | string>()
  const textOf = (file: NamedFile) => (Object.hasOwn(inline, file.path) ? inline[file.path] : undefined)
  await Promise.all(
    labFile.files.map(async file => {
      const content = textOf(file)
      if (content !== undefined && file.kind === 'overlay') parseOverlay(content, file.path)
      const text = content !== undefined && {path: file.path, content}
      read.set(file, text || (await READERS[file.kind](path, file.path)))
    }),
  )
  return withFiles(labFile, file => read.get(file))
}

/** Name of the lab that is meant: flag over lab file over default. */
export const labName = (flags: SettingFlags, labFile: Partial<LabSettings>): string =>
  checkLabName(flags.lab ?? labFile.lab ?? DEFAULT_LAB)

/**
 * What the lab already has. Where there is a lab file, it alone says what lab files say: a line that was taken out of it is not
 * kept.
 */
export async function keptSettings(folder: LabFolder, hasLabFile = false): Promise<Partial<LabSettings>> {
  const text = await folder.readPrivate('settings')
  if (text === undefined) return {}
  const kept = parseKept(text)
  return hasLabFile ? withoutPaths(kept, pathsFromLabFile(text)) : kept
}

/** Keeps the settings of a lab, and which of them a lab file asked for. */
export async function keepSettings(
  folder: LabFolder,
  settings: LabSettings,
  sources: Readonly<Record<string, SettingSource>>,
): Promise<void> {
  const text = await folder.readPrivate('settings')
  const before = new Set(text === undefined ? [] : pathsFromLabFile(text))
  const paths = Object.entries(sources)
    .filter(([path, source]) => source === 'lab file' || (source === 'kept' && before.has(path)))
    .map(([path]) => path)
  await folder.writePrivate('settings', keptJson(settings, paths))
}
