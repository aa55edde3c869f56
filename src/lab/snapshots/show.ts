import {LabFolder} from '../../disk/lab-folder.js'
import {treeChanges} from '../../disk/file-trees.js'
import {attempt} from '../../model/attempt.js'
import {changedPaths} from '../../model/changed-paths.js'
import {parseConfig} from '../../model/config-table.js'
import type {SnapshotManifest} from '../../model/snapshot.js'
import type {LabContext} from '../context.js'
import {keptSettings} from '../resolve/load-settings.js'
import {NOT_STORED, theSnapshot} from './stored.js'
import {readStored} from './read-stored.js'

export interface SnapshotView extends Pick<
  SnapshotManifest,
  'name' | 'lab' | 'release' | 'created' | 'nodes' | 'volumes'
> {
  readonly frozenMs: number | null
  readonly bytes: number
  /** The lab file was there when it was saved. */
  readonly labFile: boolean
  /** What it has not, and why nothing is lost with it. */
  readonly without: readonly {readonly component: string; readonly path: string; readonly reason: string}[]
  /** Keys of the configuration that are another now, by their file; values may be secret, and are not told. */
  readonly differs: readonly {readonly file: string; readonly keys: readonly string[]}[]
  /** Settings that are another now. */
  readonly settings: readonly string[]
}

/** What is in a snapshot, what is not, and what the lab has otherwise now. Throws `snapshot-unknown`. */
export async function showSnapshot(lab: string, name: string, context: LabContext): Promise<SnapshotView> {
  const snapshot = await theSnapshot(lab, name, context)
  const {manifest, folder} = snapshot
  const {topology, kept} = await readStored(snapshot, context)
  const now = context.data.lab(lab)
  const {frozenMs, release, created, nodes, volumes} = manifest
  const components = new Map(topology.nodes.map(({component, spec}) => [component, spec]))
  return {
    name,
    lab,
    release,
    created,
    nodes,
    volumes,
    frozenMs: frozenMs ?? null,
    bytes: volumes.reduce((sum, it) => sum + it.bytes, 0),
    labFile: (await folder.labFile()) !== undefined,
    without: [...components].flatMap(([component, {remade = []}]) => remade.map(it => ({component, ...it}))),
    differs: await changedKeys(new LabFolder(folder.lab), now),
    settings: changedPaths(kept, await keptSettings(now).catch(() => ({}))),
  }
}

/** Undefined for a file that has no keys, or can't be read. */
function tableOf(file: string, text: string | undefined): unknown {
  const format = (['toml', 'yaml'] as const).find(it => file.endsWith(`.${it}`))
  return format && text !== undefined ? attempt(() => parseConfig(text, format, file)) : undefined
}

/** Files of the configuration that differ, with the keys that do, where they have keys. */
async function changedKeys(then: LabFolder, now: LabFolder): Promise<SnapshotView['differs']> {
  const files = (await treeChanges(then.path, now.path, NOT_STORED)).filter(path => path.startsWith('config/'))
  return Promise.all(
    files.map(async file => ({
      file,
      keys: changedPaths(tableOf(file, await then.readFile(file)), tableOf(file, await now.readFile(file))),
    })),
  )
}
