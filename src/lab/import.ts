import {resolve} from 'node:path'
import {KEY_LISTS, loadKeys} from '../config/known-keys.js'
import {readToml} from '../config/toml-source.js'
import type {ConfigTable} from '../config/table.js'
import {writeImport} from '../disk/import-folder.js'
import {readInput, readMore, type ReadRules} from '../disk/input-files.js'
import {targetState} from '../disk/render-target.js'
import {readTemplates} from '../disk/templates.js'
import {LabError} from '../errors.js'
import {isToml, isYaml} from '../import/documents.js'
import {mountsIn} from '../import/instances.js'
import {LAB_FILE_MARK, outputFiles} from '../import/output.js'
import {putIntoLab} from '../import/put-into-lab.js'
import {readSet, settingsOf, type ReadSet} from '../import/read-set.js'
import {reportOf, reportText, type ImportReport} from '../import/report.js'
import type {InputFile} from '../import/source.js'
import {buildTopology} from '../model/build-topology.js'
import {componentNodes} from '../model/link-pairs.js'
import {checkLabName} from '../model/names.js'
import type {Release} from '../model/release.js'
import type {Topology} from '../model/topology.js'
import {bareConfig} from '../render/bare-config.js'
import type {Templates} from '../render/templates.js'
import type {LabContext} from './context.js'

export interface ImportOptions {
  /** Folders and files of production. */
  readonly paths: readonly string[]
  readonly workingDirectory: string
  readonly output?: string
  readonly lab?: string
  readonly release?: string
  /** Added to the ports that browsers use. */
  readonly portOffset?: number
  readonly keepSecrets: boolean
}

export interface ImportResult extends ImportReport {
  readonly lab: string
  readonly folder: string
  readonly files: readonly string[]
  /** The built-in release with the same components, on which the lab can be tried; null where there is none. */
  readonly builtIn: string | null
}

const DEFAULT_OUTPUT = 'apim-lab-import'
const DEFAULT_NAME = 'imported'

const REFUSALS = {
  foreign: 'is not empty, and no import was written into it',
  'no-folder': 'is not a folder',
} as const

/** A folder's files; or a file, and what it mounts, if it is a compose file. */
async function inputAt(path: string, rules: ReadRules): Promise<readonly InputFile[]> {
  const {root, files} = await readInput(path, rules)
  const read = new Set(files.map(file => file.path))
  const more = await readMore(root, mountsIn(files), rules)
  return [...files, ...more.filter(file => !read.has(file.path))]
}

/** The files at these paths that may have configuration; `output` is not looked into. Throws `file-unusable` where there are none. */
async function inputOf(
  {paths, workingDirectory}: Pick<ImportOptions, 'paths' | 'workingDirectory'>,
  output: string | undefined,
): Promise<readonly InputFile[]> {
  const rules = {
    isWanted: (path: string) => isToml(path) || isYaml(path),
    ...(output !== undefined && {skipped: output}),
  }
  const inputs = await Promise.all(paths.map(path => inputAt(resolve(workingDirectory, path), rules)))
  const files = inputs.flatMap((own, i) =>
    paths.length === 1
      ? own
      : own.map(({path, text}) => ({path: own.length === 1 ? paths[i]! : `${paths[i]}/${path}`, text})),
  )
  if (files.length === 0)
    throw new LabError('file-unusable', `There is no TOML and no YAML file in ${paths.join(', ')}.`, {
      next: ['apim-lab import --help'],
    })
  return files
}

/** Reads what the files at these paths say. Throws `file-unusable`. */
export async function readFiles(
  options: Pick<ImportOptions, 'paths' | 'workingDirectory' | 'release' | 'output'>,
  {releases}: Pick<LabContext, 'releases'>,
): Promise<ReadSet> {
  const lists = new Map(await Promise.all(KEY_LISTS.map(async name => [name, await loadKeys(name)] as const)))
  const {release, output} = options
  return readSet(await inputOf(options, output), {releases, lists, ...(release !== undefined && {release})})
}

/** By node: its deployment.toml as the lab has it without overlays. */
function labTables(topology: Topology, templates: Templates): ReadonlyMap<string, ConfigTable> {
  return new Map(
    componentNodes(topology).flatMap(node =>
      bareConfig(node, topology, templates)
        .filter(({format}) => format === 'toml')
        .map(({text}) => [node.name, readToml(text).table] as const),
    ),
  )
}

const builtInFor = (nodes: readonly {readonly component: string}[], releases: readonly Release[]): string | null =>
  releases.find(
    ({builtIn, components}) => builtIn && nodes.every(({component}) => components.some(({name}) => name === component)),
  )?.name ?? null

/** Makes a lab file and overlays of production's files, and a report. Asks no engine, runs nothing, and reads nothing outside of them. */
export async function importFiles(
  options: ImportOptions,
  context: Pick<LabContext, 'releases' | 'templates'>,
): Promise<ImportResult> {
  const folder = resolve(options.workingDirectory, options.output ?? DEFAULT_OUTPUT)
  const state = await targetState(folder, {file: 'apim-lab.yaml', begins: LAB_FILE_MARK})
  if (state !== 'free' && state !== 'ours')
    throw new LabError('usage-invalid', `${folder} ${REFUSALS[state]}.`, {
      next: [`apim-lab import ${options.paths.join(' ')} --output another-folder`],
    })
  const lab = checkLabName(options.lab ?? DEFAULT_NAME)
  const {keepSecrets} = options
  const set = await readFiles({...options, output: folder}, context)
  if (!set.planned.some(({nodes}) => nodes.some(({instance}) => instance)))
    throw new LabError('file-unusable', 'None of the files is a deployment.toml of a component that is known.', {
      evidence: set.entries.map(({file, line, why}) => `${file}:${line}: ${why}`).slice(0, 20),
      next: ['apim-lab import --help'],
    })
  const settings = settingsOf(set, lab, options.portOffset)
  const topology = buildTopology(settings, set.release)
  const put = putIntoLab(set, topology, labTables(topology, await readTemplates(context.templates)), {keepSecrets})
  const nodes = componentNodes(topology)
  const report = reportOf(set, put.entries, name => nodes.some(node => node.name === name))
  const files = [...outputFiles(topology, nodes, put), {path: 'import-report.md', text: reportText(report)}]
  await writeImport(folder, files)
  const builtIn = builtInFor(nodes, context.releases)
  return {lab, folder, files: files.map(({path}) => path), builtIn, ...report}
}
