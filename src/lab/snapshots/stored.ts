import type {SnapshotFolder} from '../../disk/snapshot-folder.js'
import {EVENTS} from '../../disk/lab-folder.js'
import {LabError} from '../../errors.js'
import type {Engine} from '../../engine/engine.js'
import {fromJson} from '../../model/from-json.js'
import {LABELS} from '../../model/labels.js'
import {nearest} from '../../model/nearest.js'
import {SNAPSHOT, snapshotVolume, type SnapshotManifest} from '../../model/snapshot.js'
import type {LabContext} from '../context.js'
import {labOption} from '../resolve/named-lab.js'

/** A snapshot that is there, with its files. */
export interface StoredSnapshot {
  readonly manifest: SnapshotManifest
  readonly folder: SnapshotFolder
}

/** Names of files and folders of a lab folder that belong to no state: tokens of a shell, notes on containers, and what was done. */
export const NOT_STORED = ['curl', 'ready.json', 'rendered.json', EVENTS]

/** Undefined where there is none of that name. Throws `snapshot-invalid` for one whose manifest can't be read. */
export async function findSnapshot(
  lab: string,
  name: string,
  {data}: Pick<LabContext, 'data'>,
): Promise<StoredSnapshot | undefined> {
  const folder = data.snapshots(lab).of(name)
  const text = await folder.manifest()
  if (text === undefined) return undefined
  const manifest = fromJson(SNAPSHOT, text)
  if (manifest) return {manifest, folder}
  throw new LabError(
    'snapshot-invalid',
    `The snapshot ${name} of lab ${lab} can't be read: ${folder.path} is damaged.`,
    {
      next: [`apim-lab snapshot delete ${name}${labOption(lab)}`],
    },
  )
}

/** Throws `snapshot-unknown` with those that there are. */
export async function theSnapshot(
  lab: string,
  name: string,
  context: Pick<LabContext, 'data'>,
): Promise<StoredSnapshot> {
  const found = await findSnapshot(lab, name, context)
  if (found) return found
  const names = await context.data.snapshots(lab).names()
  const near = nearest(name, names)
  throw new LabError(
    'snapshot-unknown',
    `Lab ${lab} has no snapshot ${JSON.stringify(name)}${near === undefined ? '' : `; did you mean ${near}`}.`,
    {
      evidence: names.length > 0 ? [`It has ${names.join(', ')}.`] : [],
      next: [`apim-lab snapshot list${labOption(lab)}`, `apim-lab snapshot save NAME${labOption(lab)}`],
    },
  )
}

/** Throws `snapshot-invalid` where the engine has lost the data. */
export async function checkData({manifest}: StoredSnapshot, engine: Engine): Promise<void> {
  const volumes = await engine.volumes.labelled(LABELS.snapshot)
  if (volumes.some(({name}) => name === snapshotVolume(manifest.id))) return
  const {name, lab} = manifest
  throw new LabError(
    'snapshot-invalid',
    `The data of snapshot ${name} is gone: the engine has no volume ${snapshotVolume(manifest.id)}.`,
    {next: [`apim-lab snapshot delete ${name}${labOption(lab)}`]},
  )
}

/** Every snapshot of a lab that can be read, the newest first. */
export async function snapshotsOf(lab: string, context: Pick<LabContext, 'data'>): Promise<readonly StoredSnapshot[]> {
  const names = await context.data.snapshots(lab).names()
  const found = await Promise.all(names.map(name => findSnapshot(lab, name, context).catch(() => undefined)))
  return found.filter(it => it !== undefined).toSorted((a, b) => b.manifest.created.localeCompare(a.manifest.created))
}
