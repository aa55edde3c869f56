import {randomBytes} from 'node:crypto'
import {mirrorTree} from '../../disk/file-trees.js'
import type {Engine} from '../../engine/engine.js'
import {keptJson} from '../../model/kept-settings.js'
import {COMPOSE_LABELS, LABELS} from '../../model/labels.js'
import {resourceName} from '../../model/names.js'
import {DATABASE} from '../../model/roles.js'
import {snapshotVolume} from '../../model/snapshot.js'
import {SCHEMA, type Topology} from '../../model/topology.js'
import type {LabContext} from '../context.js'
import {upLocked} from '../up.js'
import {NOT_STORED, type StoredSnapshot} from './stored.js'
import {checkRoom, inLab, inSnapshot, SNAPSHOT_AT, withVolumes} from './volume-work.js'

/** What a lab's folder makes anew, or what is of that folder alone: it depends on the lab's name, its ports, its engine or its containers. */
export const RENDERED = ['compose.yaml', 'config', 'shared', 'schema-complete', ...NOT_STORED]

export interface NewLab {
  readonly snapshot: StoredSnapshot
  /** As it shall be. */
  readonly topology: Topology
  readonly lab: string
  readonly up?: UpOptions
}

export interface UpOptions {
  /** Ask no registry for images; true without it. */
  readonly offline?: boolean
  /** What lint finds is told, and is no reason to stop. */
  readonly withFindings?: boolean
}

/**
 * Makes a lab that is not there from a snapshot, and brings it up. Where its data can't be made nothing of it stays; what the engine does not
 * let go stays half done, for the next command.
 */
export async function makeLab({snapshot, topology, lab, up}: NewLab, context: LabContext): Promise<void> {
  const engine = await context.engine()
  const folder = context.data.lab(lab)
  const keys = keysOf(topology).filter(key => snapshot.manifest.volumes.some(it => it.key === key))
  try {
    await mirrorTree(snapshot.folder.lab, folder.path, [...RENDERED, 'settings.json'])
    await folder.writePrivate('settings', keptJson(topology.settings))
    await copyVolumes({snapshot, topology, lab}, keys, engine, context)
  } catch (error) {
    await undo(lab, keys, engine, context).catch(() => undefined)
    throw error
  }
  await bringUp(lab, context, up)
}

async function undo(lab: string, keys: readonly string[], engine: Engine, {data}: LabContext): Promise<void> {
  const gone: boolean[] = []
  for (const key of keys) gone.push(await engine.volumes.remove(resourceName(lab, key)))
  if (gone.includes(false)) return
  await data.lab(lab).remove()
  await data.journal(lab).close()
}

/** `up` with what the lab's folder has, whatever lab file is near. */
export async function bringUp(
  lab: string,
  context: LabContext,
  {offline = true, withFindings = false}: UpOptions = {},
): Promise<void> {
  const folder = context.data.lab(lab)
  const request = {lab, folder, flags: {lab}, workingDirectory: folder.path, offline}
  const options = {...request, dryRun: false, force: false, withFindings, rollback: false, wait: false}
  await upLocked(request, options, context)
}

/** Keys of the volumes that a lab has. */
const keysOf = ({server, nodes}: Topology): readonly string[] => [
  server.name,
  SCHEMA,
  ...nodes.flatMap(({name, spec}) => (spec.statePaths ?? []).map(({key}) => `${name}-${key}`)),
]

/** Makes the lab's volumes, with the data of the snapshot, and notes that its databases are whole. */
async function copyVolumes(
  {snapshot, topology, lab}: NewLab,
  keys: readonly string[],
  engine: Engine,
  context: LabContext,
): Promise<void> {
  const folder = context.data.lab(lab)
  const database = topology.server.name
  for (const key of keys)
    await engine.volumes.create(resourceName(lab, key), {
      [COMPOSE_LABELS.project]: lab,
      [COMPOSE_LABELS.volume]: key,
      [LABELS.lab]: lab,
      [LABELS.folder]: folder.path,
      [LABELS.release]: topology.settings.release,
      [LABELS.volumeId]: randomBytes(8).toString('hex'),
      ...(key === database && {[LABELS.role]: DATABASE}),
    })
  const mounts = [
    {name: snapshotVolume(snapshot.manifest.id), at: SNAPSHOT_AT, readOnly: true},
    ...keys.map(key => ({name: resourceName(lab, key), at: inLab(key), readOnly: false})),
  ]
  const pairs = keys.map(key => ({from: inSnapshot(key), to: inLab(key)}))
  await withVolumes({lab, folder: folder.path, volumes: mounts}, context, async work => {
    const from = pairs.map(pair => pair.from)
    await checkRoom(work, from, pairs[0]?.to ?? SNAPSHOT_AT)
    await work.do({do: 'mirror', pairs, live: false})
  })
  // Of a volume that was there already this is another: what it is called by the engine counts.
  const volumeId = await engine.volumeId(resourceName(lab, database))
  if (volumeId !== undefined) await folder.writePrivate('schema', volumeId)
}
