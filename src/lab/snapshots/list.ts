import {LABELS} from '../../model/labels.js'
import {nodesIn, snapshotVolume} from '../../model/snapshot.js'
import type {LabContext} from '../context.js'
import {snapshotsOf} from './stored.js'

export interface SnapshotRow {
  readonly name: string
  readonly created: string
  readonly release: string
  /** As its files are long. */
  readonly bytes: number
  /** How many nodes ran. */
  readonly running: number
  /** The engine still has its data. */
  readonly whole: boolean
}

export interface SnapshotList {
  readonly lab: string
  readonly snapshots: readonly SnapshotRow[]
}

/** The snapshots of a lab, the newest first; the lab itself may be gone. */
export async function listSnapshots(lab: string, context: LabContext): Promise<SnapshotList> {
  const engine = await context.engine()
  const [found, volumes] = await Promise.all([snapshotsOf(lab, context), engine.volumes.labelled(LABELS.snapshot)])
  const there = new Set(volumes.map(({name}) => name))
  const snapshots = found.map(({manifest}): SnapshotRow => {
    const {name, created, release, id} = manifest
    const bytes = manifest.volumes.reduce((sum, it) => sum + it.bytes, 0)
    const running = nodesIn(manifest, 'running', 'paused').length
    return {name, created, release, bytes, running, whole: there.has(snapshotVolume(id))}
  })
  return {lab, snapshots}
}

export interface SeedRow {
  readonly name: string
  readonly whole: boolean
  /** The engine has the images that it was made from: a lab can begin with it. */
  readonly usable: boolean
}

/** The databases that labs are begun with. */
export async function listSeeds({engine}: Pick<LabContext, 'engine'>): Promise<{readonly seeds: readonly SeedRow[]}> {
  return {seeds: await (await engine()).volumes.seeds()}
}
