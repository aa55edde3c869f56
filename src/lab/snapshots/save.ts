import {randomBytes} from 'node:crypto'
import {mirrorTree} from '../../disk/file-trees.js'
import {findLabFile} from '../../disk/lab-file.js'
import type {SnapshotFolder} from '../../disk/snapshot-folder.js'
import {LabError} from '../../errors.js'
import {machineLoad} from '../../http/machine-load.js'
import {LABELS} from '../../model/labels.js'
import {underLoad} from '../../model/load.js'
import {checkSnapshotName, snapshotVolume, type SnapshotManifest} from '../../model/snapshot.js'
import {nodesOf, releaseOf, type ContainerState, type ObservedLab} from '../../plan/observed.js'
import type {LabContext} from '../context.js'
import {megabytes} from '../images/size-progress.js'
import {labOption, namedLab} from '../resolve/named-lab.js'
import {liveLab, type LiveLab} from '../state/live-lab.js'
import {checkOwnership} from '../state/ownership.js'
import {checkKnown} from '../state/pick-nodes.js'
import {withLock} from '../state/with-lock.js'
import {writeJournal} from './journal.js'
import {removeLeft} from './left.js'
import {findSnapshot, NOT_STORED} from './stored.js'
import {checkRoom, inLab, inSnapshot, openVolumes, SNAPSHOT_AT, withVolumes, type VolumeWork} from './volume-work.js'

export interface SaveOptions {
  readonly lab: string
  readonly name: string
  /** Wait for another command on this lab. */
  readonly wait: boolean
  /** Where a lab file is looked for. */
  readonly workingDirectory: string
}

export interface SaveResult {
  readonly lab: string
  readonly name: string
  readonly bytes: number
  /** How long all nodes stood still; null where none ran. */
  readonly frozenMs: number | null
}

/** Nodes go on after this even if nobody says so. Copying what changed takes a fraction of it. */
const FREEZE_MS = 10_000
/** So much later, if the helper that should see to that was killed. */
const GUARD_SECONDS = 2
/** What was copied while nodes ran is looked at again before they are frozen, if it was as much as this. */
const AGAIN_BYTES = 32 * 1024 * 1024

/** Saves a lab as it is at one instant: its data, its folder and what it was made with. Throws `snapshot-taken`. */
export const saveSnapshot = (options: SaveOptions, context: LabContext): Promise<SaveResult> => {
  checkSnapshotName(options.name)
  return withLock(options, context, () => saveLocked(options, context))
}

async function saveLocked({lab, name, workingDirectory}: SaveOptions, context: LabContext): Promise<SaveResult> {
  const live = await liveLab(lab, context)
  const {engine, folder, observed} = live
  await checkKnown(lab, observed, folder, engine)
  checkOwnership(lab, folder.path, observed)
  if (observed.volumes.length === 0 || !(await folder.exists()))
    throw new LabError('lab-not-found', `Lab ${lab} has no data that could be saved.`, {
      next: [`apim-lab up${labOption(lab)}`],
    })
  if (await findSnapshot(lab, name, context).catch(() => true))
    throw new LabError('snapshot-taken', `Lab ${lab} has a snapshot ${name} already.`, {
      next: [
        `apim-lab snapshot save ${name}-2${labOption(lab)}`,
        `apim-lab snapshot delete ${name}${labOption(lab)} (removes it)`,
      ],
    })
  await removeLeft(lab, context)
  context.reporter.begin(`Lab ${lab}: saving snapshot ${name}`)
  const id = randomBytes(6).toString('hex')
  const volume = snapshotVolume(id)
  const draft = await context.data.snapshots(lab).draft(name)
  try {
    await engine.volumes.create(volume, {
      [LABELS.snapshot]: name,
      [LABELS.snapshotLab]: lab,
      [LABELS.folder]: folder.path,
    })
    const copied = await copyData(live, volume, context)
    const manifest: SnapshotManifest = {
      format: 1,
      id,
      name,
      lab,
      release: releaseOf(observed) ?? '',
      created: new Date().toISOString(),
      ...copied,
      nodes: nodesIn(observed),
    }
    await writeFiles(live, {draft, manifest, workingDirectory}, context)
    await draft.keep()
    const bytes = copied.volumes.reduce((sum, it) => sum + it.bytes, 0)
    context.reporter.on({subject: name, state: 'done', text: megabytes(bytes)})
    return {lab, name, bytes, frozenMs: copied.frozenMs ?? null}
  } catch (error) {
    // What is left of it now goes with the next snapshot.
    await draft.remove().catch(() => undefined)
    await engine.volumes.remove(volume).catch(() => undefined)
    throw error
  }
}

const STATES: Partial<Record<ContainerState, 'running' | 'paused'>> = {running: 'running', paused: 'paused'}

const nodesIn = (observed: ObservedLab): SnapshotManifest['nodes'] =>
  nodesOf(observed).map(node => ({
    name: node.name,
    component: node.component,
    state: STATES[node.state] ?? 'stopped',
    image: node.image,
    imageId: observed.containers.find(({id}) => id === node.instance)?.imageId ?? '',
  }))

interface Draft {
  readonly draft: SnapshotFolder
  readonly manifest: SnapshotManifest
  readonly workingDirectory: string
}

async function writeFiles(
  {lab, folder}: LiveLab,
  {draft, manifest, workingDirectory}: Draft,
  context: LabContext,
): Promise<void> {
  await mirrorTree(folder.path, draft.lab, NOT_STORED)
  const labFile = await findLabFile(workingDirectory).catch(() => undefined)
  if (labFile && (await isOf(lab, workingDirectory, context))) await draft.writeLabFile(labFile.text)
  await draft.writeManifest(`${JSON.stringify(manifest, undefined, 2)}\n`)
}

/** Whether the lab file that is found there is this lab's. */
const isOf = (lab: string, workingDirectory: string, {releases}: LabContext): Promise<boolean> =>
  namedLab(undefined, () => workingDirectory, releases).then(
    name => name === lab,
    () => false,
  )

type Copied = Pick<SnapshotManifest, 'volumes' | 'frozenMs'>

/**
 * Copies while nodes run, and then once more, while all of them stand still, what has changed since: that is little, so that they stand
 * still for a moment only.
 */
async function copyData(live: LiveLab, volume: string, context: LabContext): Promise<Copied> {
  const {lab, folder, observed, engine} = live
  const volumes = observed.volumes.filter(({key}) => key !== '')
  const pairs = volumes.map(({key}) => ({from: inLab(key), to: inSnapshot(key)}))
  const running = nodesOf(observed).filter(({state}) => state === 'running')
  const mounts = [
    ...volumes.map(({name, key}) => ({name, at: inLab(key), readOnly: true})),
    {name: volume, at: SNAPSHOT_AT, readOnly: false},
  ]
  const options = {lab, folder: folder.path, volumes: mounts, freezes: running.length > 0}
  return withVolumes(options, context, async work => {
    await checkRoom(
      work,
      pairs.map(({from}) => from),
      SNAPSHOT_AT,
    )
    if (running.length === 0) return {volumes: await eachVolume(pairs, volumes, work)}
    return withGuard({lab, folder: folder.path}, context, async guard => {
      const first = await work.do({do: 'mirror', pairs, live: true})
      if ((first.copiedBytes ?? 0) > AGAIN_BYTES) await work.do({do: 'mirror', pairs, live: true})
      const containers = running.map(({instance}) => instance)
      const seconds = underLoad(FREEZE_MS, machineLoad()) / 1000
      await writeJournal(context.data.journal(lab), {kind: 'save', containers})
      await (await guard()).do({do: 'watch', containers, seconds: seconds + GUARD_SECONDS})
      await work.do({do: 'freeze', containers, seconds})
      const counted = await eachVolume(pairs, volumes, work)
      const {frozenMs} = await work.do({do: 'thaw'})
      await context.data.journal(lab).close()
      if (frozenMs === undefined) throw notStill(lab, 'copying took too long, and the nodes were thawed')
      if (!isSameRun(observed, await engine.observe(lab)))
        throw notStill(lab, 'a node was started or stopped meanwhile')
      return {volumes: counted, frozenMs: Math.round(frozenMs)}
    })
  })
}

/**
 * With a second helper, which starts meanwhile: it lets the nodes go on if the one that froze them is killed, whoever else is alive. When the
 * work ends in whatever way, so does it, and first lets all go on that still stands still.
 */
async function withGuard<T>(
  {lab, folder}: {readonly lab: string; readonly folder: string},
  context: LabContext,
  use: (guard: () => Promise<VolumeWork>) => Promise<T>,
): Promise<T> {
  const guard = openVolumes({lab, folder, volumes: [], freezes: true}, context)
  guard.catch(() => undefined)
  try {
    const used = await use(() => guard)
    // What somebody else has stopped is not its affair.
    await (await guard).do({do: 'unwatch'}).catch(() => undefined)
    return used
  } finally {
    await (await guard.catch(() => undefined))?.close()
  }
}

async function eachVolume(
  pairs: readonly {readonly from: string; readonly to: string}[],
  volumes: ObservedLab['volumes'],
  work: VolumeWork,
): Promise<Copied['volumes']> {
  const counted: Copied['volumes'] = []
  for (const [i, pair] of pairs.entries()) {
    const {bytes = 0, files = 0} = await work.do({do: 'mirror', pairs: [pair], live: false})
    counted.push({key: volumes[i]!.key, bytes, files})
  }
  return counted
}

const notStill = (lab: string, why: string) =>
  new LabError('snapshot-failed', `Nothing was saved: ${why}.`, {
    next: [`apim-lab snapshot save NAME${labOption(lab)}`, `apim-lab status${labOption(lab)}`],
  })

/** Whether the same nodes are in the same states. */
function isSameRun(before: ObservedLab, after: ObservedLab): boolean {
  const runs = (observed: ObservedLab) => nodesOf(observed).map(({instance, state}) => `${instance} ${state}`)
  return runs(before).join() === runs(after).join()
}
