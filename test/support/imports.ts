import {readdirSync, readFileSync} from 'node:fs'
import {join} from 'node:path'
import {KEY_LISTS, loadKeys} from '../../src/config/known-keys.js'
import {withPlaceholders} from '../../src/config/placeholders.js'
import {resolveConfig} from '../../src/config/resolve.js'
import {isTable, type ConfigTable} from '../../src/config/table.js'
import {readToml} from '../../src/config/toml-source.js'
import {wrongLinks} from '../../src/import/must-hold.js'
import {outputFiles, type OutputFile} from '../../src/import/output.js'
import {putIntoLab} from '../../src/import/put-into-lab.js'
import {readSet, settingsOf} from '../../src/import/read-set.js'
import {reportOf, reportText, type ImportReport} from '../../src/import/report.js'
import type {InputFile} from '../../src/import/source.js'
import {buildTopology} from '../../src/model/build-topology.js'
import {withFiles} from '../../src/model/lab-file/lab-file.js'
import {parseLabFile} from '../../src/model/lab-file/parse.js'
import {componentNodes} from '../../src/model/link-pairs.js'
import {allReleases, findRelease} from '../../src/model/releases/index.js'
import {resolveSettings} from '../../src/model/resolve-settings.js'
import {releaseDefaults} from '../../src/model/release-defaults.js'
import type {Topology} from '../../src/model/topology.js'
import {bareConfig} from '../../src/render/bare-config.js'
import {renderLab} from '../../src/render/render.js'
import {ROOT, secrets, templates, TLS, VERSION} from './lab.js'

const releases = allReleases(VERSION)
const lists = new Map(await Promise.all(KEY_LISTS.map(async name => [name, await loadKeys(name)] as const)))

export const FIXTURES = join(ROOT, 'test/fixtures/import')

/** The files of a set, by path. */
export function inputFiles(folder: string): readonly InputFile[] {
  return readdirSync(folder, {recursive: true, encoding: 'utf8', withFileTypes: true})
    .filter(entry => entry.isFile() && /\.(?:toml|ya?ml|tpl)$/.test(entry.name))
    .map(entry => join(entry.parentPath, entry.name))
    .toSorted()
    .map(path => ({path: path.slice(folder.length + 1), text: readFileSync(path, 'utf8')}))
}

export interface ImportedSet {
  readonly report: ImportReport
  readonly output: readonly OutputFile[]
  /** Text of an output file. */
  readonly text: (path: string) => string
  /** An overlay's tables; empty where there is none. */
  readonly overlay: (name: string) => ConfigTable
  readonly topology: Topology
  /** By node: its deployment.toml as rendered with the overlays. */
  readonly rendered: ReadonlyMap<string, ConfigTable>
}

/** Imports files and renders the lab that comes of them. `on`: another release than theirs to render it for. */
export function importSet(
  files: readonly InputFile[],
  {
    release,
    keepSecrets = false,
    on,
  }: {readonly release?: string; readonly keepSecrets?: boolean; readonly on?: string} = {},
): ImportedSet {
  const set = readSet(files, {releases, lists, ...(release !== undefined && {release})})
  const settings = settingsOf(set, 'imported')
  const planned = buildTopology(settings, set.release)
  const tables = new Map(
    componentNodes(planned).flatMap(node =>
      bareConfig(node, planned, templates())
        .filter(({format}) => format === 'toml')
        .map(({text}) => [node.name, readToml(text).table] as const),
    ),
  )
  const put = putIntoLab(set, planned, tables, {keepSecrets})
  const nodes = componentNodes(planned)
  const report = reportOf(set, put.entries, name => nodes.some(node => node.name === name))
  const output = [...outputFiles(planned, nodes, put), {path: 'import-report.md', text: reportText(report)}]
  const text = (path: string) => output.find(file => file.path === path)?.text ?? ''
  const labFile = parseLabFile(text('apim-lab.yaml'), 'apim-lab.yaml', {
    components: set.release.components.map(({name}) => name),
  })
  const written = withFiles(labFile, ({path}) => ({path, content: text(path)}))
  const name = on ?? written.release!
  const defaults = releaseDefaults(findRelease(name, releases))
  const {settings: asked} = resolveSettings({release: name, flags: {}, labFile: written, kept: {}, defaults})
  const topology = buildTopology(asked, findRelease(name, releases))
  const lab = renderLab({
    topology,
    templates: templates(),
    secrets: secrets(topology),
    tls: TLS,
    folder: '/labs/imported',
  })
  return {
    report,
    output,
    text,
    overlay: overlay => readToml(text(`overlays/${overlay}.toml`)).table,
    topology,
    rendered: new Map(
      componentNodes(topology).flatMap(node => {
        const file = lab.files.find(
          ({path}) => path.startsWith(`config/${node.name}/`) && path.endsWith('deployment.toml'),
        )
        return file ? [[node.name, readToml(String(file.content)).table] as const] : []
      }),
    ),
  }
}

/** What is wrong with a lab that was rendered: links that lead elsewhere, files that the product would not start with. */
export function faultsOf({topology, rendered}: Pick<ImportedSet, 'topology' | 'rendered'>): readonly string[] {
  return [...rendered].flatMap(([name, table]) => {
    const node = topology.nodes.find(one => one.name === name)!
    const {table: resolved, faults} = resolveConfig(table, topology.release.config, {env: node.environment})
    return [
      ...faults.map(({key, message}) => `${name}: ${key}: ${message}`),
      ...[...wrongLinks(name, withPlaceholders(resolved), topology)].map(
        ([key, server]) => `${name}: ${key} leads not to ${server}`,
      ),
    ]
  })
}

/** Keys of every value in a table, `[]` in place of positions. */
export function leafKeys(table: unknown, above = ''): readonly string[] {
  if (Array.isArray(table)) return table.flatMap((item, i) => leafKeys(item, `${above}[${i}]`))
  if (!isTable(table)) return [above]
  return Object.entries(table).flatMap(([name, value]) => {
    const own = name.includes('.') ? `'${name}'` : name
    return leafKeys(value, above === '' ? own : `${above}.${own}`)
  })
}
