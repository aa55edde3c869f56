import {mirrorTree} from '../../disk/file-trees.js'
import type {LabFolder} from '../../disk/lab-folder.js'
import type {Engine} from '../../engine/engine.js'
import {snapshotVolume} from '../../model/snapshot.js'
import type {ObservedLab} from '../../plan/observed.js'
import type {Plan} from '../../plan/operations.js'
import {servicesOnVolumes} from '../../plan/plan-restore.js'
import {planStart, planStop} from '../../plan/plan-restart.js'
import type {LabContext} from '../context.js'
import {emulatedImages} from '../images/check-architectures.js'
import {carryOut, type KnownLab} from '../state/carry-out.js'
import {keptProject} from '../state/kept-files.js'
import {writeJournal, type JournalEntry} from './journal.js'
import {endRestore} from './recover.js'
import type {StoredSnapshot} from './stored.js'
import {checkRoom, inLab, inSnapshot, SNAPSHOT_AT, withVolumes, type VolumeWork} from './volume-work.js'

/** All that a restore works with. */
export interface Restoring extends KnownLab {
  readonly lab: string
  readonly snapshot: StoredSnapshot
  /** The lab's folder. */
  readonly folder: LabFolder
  readonly engine: Engine
  readonly timeoutSeconds: number | undefined
  /** Files of the lab folder that stay as they are. */
  readonly without: readonly string[]
  readonly context: LabContext
}

type RestoreEntry = Extract<JournalEntry, {kind: 'restore'}>

/** Carries out a plan on the lab as it is now, or as it was observed. */
export async function carryOutOn(
  plan: Plan,
  {lab, folder, engine, project, secrets, topology, timeoutSeconds, context}: Restoring,
  observed?: ObservedLab,
): Promise<void> {
  if (plan.length === 0) return
  await carryOut(
    plan,
    {
      lab,
      folder,
      engine,
      known: {project, secrets, topology},
      observed: observed ?? (await engine.observe(lab)),
      timeoutSeconds,
      emulated: await emulatedImages(topology, engine),
    },
    context,
  )
}

/** Replaces the data that differs, and the files. Where it fails all is as it was, and what was stopped runs again. */
export async function replaceData(
  restoring: Restoring,
  observed: ObservedLab,
  files: readonly string[],
): Promise<{readonly replaced: readonly string[]; readonly stopped: readonly string[]}> {
  const {lab, snapshot, folder, project, without, context} = restoring
  const {manifest} = snapshot
  const volumes = manifest.volumes.flatMap(({key}) => {
    const name = project.volumes[key]?.name
    return name === undefined ? [] : [{key, name}]
  })
  const mounts = [
    {name: snapshotVolume(manifest.id), at: SNAPSHOT_AT, readOnly: true},
    ...volumes.map(({key, name}) => ({name, at: inLab(key), readOnly: false})),
  ]
  const journal = context.data.journal(lab)
  let entry: RestoreEntry | undefined
  let stops: Plan = []
  const step = async (next: RestoreEntry['step'], keys: readonly string[]) => {
    const named = volumes.filter(({key}) => keys.includes(key))
    entry = {kind: 'restore', snapshot: manifest.name, step: next, volumes: named}
    await writeJournal(journal, entry)
  }
  try {
    return await withVolumes({lab, folder: folder.path, volumes: mounts}, context, async work => {
      const replaced = await differing(work, volumes)
      if (replaced.length === 0 && files.length === 0) return {replaced, stopped: []}
      const pairs = replaced.map(key => ({from: inSnapshot(key), to: inLab(key)}))
      const folders = pairs.map(({to}) => to)
      await checkRoom(
        work,
        pairs.map(({from}) => from),
        folders[0] ?? SNAPSHOT_AT,
      )
      await step('staging', replaced)
      await work.do({do: 'stage', pairs})
      const services = servicesOnVolumes(project, replaced)
      stops = planStop({observed, project, services})
      await carryOutOn(stops, restoring)
      await journal.keepBefore(folder.path)
      await step('swapping', replaced)
      await work.do({do: 'swap', folders})
      await mirrorTree(snapshot.folder.lab, folder.path, without)
      await step('whole', replaced)
      await work.do({do: 'finish', folders})
      await journal.close()
      return {replaced, stopped: subjectsOf(stops, ['stop-container'])}
    })
  } catch (error) {
    if (entry) await putBack(restoring, entry, stops).catch(() => undefined)
    throw error
  }
}

/** Also where the command was asked to stop: the lab is not left between two states. */
async function putBack(restoring: Restoring, entry: RestoreEntry, stops: Plan): Promise<void> {
  const context = {...restoring.context, signal: new AbortController().signal}
  const {lab, engine, folder} = restoring
  await endRestore(lab, entry, context)
  const project = await keptProject(folder)
  const services = subjectsOf(stops, ['stop-container'])
  if (!project || services.length === 0) return
  const plan = planStart({observed: await engine.observe(lab), project, services})
  await carryOutOn(plan, {...restoring, project, context})
}

async function differing(work: VolumeWork, volumes: readonly {readonly key: string}[]): Promise<readonly string[]> {
  const pairs = volumes.map(({key}) => ({from: inSnapshot(key), to: inLab(key)}))
  const {differ = []} = await work.do({do: 'compare', pairs})
  return volumes.filter(({key}) => differ.includes(inLab(key))).map(({key}) => key)
}

/** Subjects of a plan's operations of these kinds, each once. */
export const subjectsOf = (plan: Plan, kinds: readonly Plan[number]['kind'][]): readonly string[] => [
  ...new Set(plan.filter(({kind}) => kinds.includes(kind)).map(({subject}) => subject)),
]
