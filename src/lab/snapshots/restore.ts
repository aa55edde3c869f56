import {mirrorTree, treeChanges} from '../../disk/file-trees.js'
import {LabFolder} from '../../disk/lab-folder.js'
import {LabError} from '../../errors.js'
import type {Engine} from '../../engine/engine.js'
import {buildTopology} from '../../model/build-topology.js'
import {mixReleases} from '../../model/mix-releases.js'
import {findRelease} from '../../model/releases/index.js'
import {usualSettings} from '../../model/usual-settings.js'
import {nodesIn, snapshotVolume, type SnapshotManifest} from '../../model/snapshot.js'
import {LOAD_BALANCER, SCHEMA, type Topology} from '../../model/topology.js'
import {belongingsOf, nodesOf, type ObservedLab} from '../../plan/observed.js'
import type {Plan} from '../../plan/operations.js'
import {planFreeze} from '../../plan/plan-freeze.js'
import {planMissingVolumes, servicesOnVolumes, withoutServices} from '../../plan/plan-restore.js'
import {planStart, planStop} from '../../plan/plan-restart.js'
import {planUp} from '../../plan/plan-up.js'
import type {ComposeProject} from '../../render/compose.js'
import type {Secrets} from '../../render/secrets.js'
import {checkPorts} from '../checks/check-ports.js'
import type {LabContext} from '../context.js'
import {emulatedImages} from '../images/check-architectures.js'
import {helperImage} from '../images/image-source.js'
import {labOption} from '../resolve/named-lab.js'
import {keptSettings} from '../resolve/load-settings.js'
import {keptProject, keptSecrets} from '../state/kept-files.js'
import {writeLastReady} from '../state/last-ready.js'
import {checkOwnership} from '../state/ownership.js'
import {tellProbe} from '../state/progress.js'
import {readinessTargets} from '../state/readiness-targets.js'
import {writeSchemaState} from '../state/schema-state.js'
import {withLock} from '../state/with-lock.js'
import {writeJournal, type JournalEntry} from './journal.js'
import {bringUp, makeLab, RENDERED} from './make-lab.js'
import {endRestore} from './recover.js'
import {checkData, NOT_STORED, theSnapshot, type StoredSnapshot} from './stored.js'
import {checkRoom, inLab, inSnapshot, SNAPSHOT_AT, withVolumes, type VolumeWork} from './volume-work.js'

export interface RestoreOptions {
  readonly lab: string
  readonly name: string
  /** Wait for another command on this lab. */
  readonly wait: boolean
  readonly timeoutSeconds?: number
}

export interface RestoreResult {
  readonly lab: string
  readonly name: string
  /** Keys of the volumes whose data was replaced. */
  readonly volumes: readonly string[]
  /** Files of the lab folder that were changed. */
  readonly files: readonly string[]
  readonly started: readonly string[]
  readonly stopped: readonly string[]
}

/** All that a restore works with. */
interface Restoring {
  readonly lab: string
  readonly snapshot: StoredSnapshot
  /** The lab's folder. */
  readonly folder: LabFolder
  readonly engine: Engine
  readonly project: ComposeProject
  readonly secrets: Secrets
  readonly topology: Topology
  readonly timeoutSeconds: number | undefined
  /** Files of the lab folder that stay as they are. */
  readonly without: readonly string[]
  readonly context: LabContext
}

/**
 * Brings the lab back to what it was: only what differs is stopped, changed and started. What it was before is put back where this fails,
 * and by the next command where this dies, until all of the data is in its place.
 */
export const restoreSnapshot = (options: RestoreOptions, context: LabContext): Promise<RestoreResult> =>
  withLock(options, context, async () => {
    const {lab, name, timeoutSeconds} = options
    const snapshot = await theSnapshot(lab, name, context)
    const engine = await context.engine()
    await checkData(snapshot, engine)
    const folder = context.data.lab(lab)
    checkOwnership(lab, folder.path, await engine.observe(lab))
    const stored = await readStored(snapshot, context)
    context.reporter.begin(`Lab ${lab}: restoring snapshot ${name}`)
    const restoring = {lab, snapshot, folder, engine, timeoutSeconds, context, ...stored, without: NOT_STORED}
    if (snapshot.manifest.imported) return restoreImported(restoring)
    const {project} = restoring
    if (!project) throw damaged(snapshot)
    return restoreLocked({...restoring, project})
  })

/** Nothing that was rendered came with it: the data is replaced, and `up` does the rest. */
async function restoreImported(restoring: Omit<Restoring, 'project'>): Promise<RestoreResult> {
  const {lab, snapshot, folder, engine, topology, context} = restoring
  const {name} = snapshot.manifest
  const observed = await engine.observe(lab)
  const project = await keptProject(folder)
  const before = nodesOf(observed)
  if (belongingsOf(observed).length === 0 || !project) {
    if (before.length > 0 || observed.volumes.length > 0) throw otherThere(lab, name)
    await makeLab({snapshot, topology, lab}, context)
    const started = topology.nodes.map(node => node.name)
    return {lab, name, volumes: snapshot.manifest.volumes.map(({key}) => key), files: [], started, stopped: []}
  }
  const without = [...RENDERED, 'tls/stores.json', 'image-contents.json']
  const files = await treeChanges(snapshot.folder.lab, folder.path, without)
  const {replaced, stopped} = await replaceData({...restoring, project, without}, observed, files)
  await writeSchemaState(folder, engine, topology)
  await bringUp(lab, context)
  const after = nodesOf(await engine.observe(lab)).map(node => node.name)
  return {lab, name, volumes: replaced, files, started: after.filter(it => stopped.includes(it)), stopped}
}

const otherThere = (lab: string, name: string) =>
  new LabError('settings-conflict', `Lab ${lab} has data, and its folder is gone: what would be lost is not known.`, {
    next: [
      `apim-lab down --lab ${lab} --volumes (removes it)`,
      `apim-lab snapshot branch ${name} --from ${lab} --lab another-name --port-offset 2000`,
    ],
  })

/** The lab as the snapshot describes it. Throws `snapshot-invalid`. */
export async function readStored({manifest, folder}: StoredSnapshot, {releases}: Pick<LabContext, 'releases'>) {
  const stored = new LabFolder(folder.lab)
  const [project, secrets, kept] = await Promise.all([keptProject(stored), keptSecrets(stored), keptSettings(stored)])
  const {lab} = manifest
  if (!secrets) throw damaged({manifest, folder})
  const release = findRelease(kept.release ?? manifest.release, releases)
  const settings = {...usualSettings(release), ...kept, lab, release: release.name}
  const topology = buildTopology(settings, mixReleases(release, settings, releases))
  return {project, secrets: secrets as Secrets, kept, topology}
}

const damaged = ({manifest: {lab, name}, folder}: StoredSnapshot) =>
  new LabError('snapshot-invalid', `The files of snapshot ${name} of lab ${lab} are damaged: ${folder.path}.`, {
    next: [`apim-lab snapshot delete ${name}${labOption(lab)}`],
  })

async function restoreLocked(restoring: Restoring): Promise<RestoreResult> {
  const {lab, snapshot, folder, engine, project, context} = restoring
  const {manifest} = snapshot
  const imageIds = await checkImages(restoring)
  await folder.ensure()
  const missing = planMissingVolumes(project, await engine.observe(lab))
  await carryOut(missing, restoring)
  const observed = await engine.observe(lab)
  const files = await treeChanges(snapshot.folder.lab, folder.path, NOT_STORED)
  const {replaced, stopped} = await replaceData(restoring, observed, files)
  if (replaced.length > 0 || files.length > 0) await writeSchemaState(folder, engine, restoring.topology)

  // Nodes that did not run then do not run now.
  const idle = Object.keys(project.services).filter(
    name => name !== SCHEMA && !nodesIn(manifest, 'running', 'paused').includes(name),
  )
  const toStop = planStop({observed: await engine.observe(lab), project, services: idle})
  await carryOut(toStop, restoring)
  const wanted = withoutServices(project, await engine.observe(lab), idle)
  const hasSchema = manifest.volumes.length > 0
  const start = planUp({...wanted, imageIds, schema: {complete: hasSchema}})
  if (start.some(({kind, subject}) => kind === 'start-container' && subject === LOAD_BALANCER))
    await checkPorts(engine, restoring.topology)
  await carryOut(start, restoring, wanted)
  const frozen = planFreeze({observed: await engine.observe(lab), services: nodesIn(manifest, 'paused')})
  await carryOut(frozen, restoring)
  if (start.length > 0) await writeLastReady(folder, engine, lab)
  await context.data.journal(lab).close()
  return {
    lab,
    name: manifest.name,
    volumes: replaced,
    files,
    started: subjectsOf(start, ['start-container', 'unpause-container']),
    stopped: [...new Set([...stopped, ...subjectsOf(toStop, ['stop-container'])])],
  }
}

/** Replaces the data that differs, and the files. Where it fails all is as it was, and what was stopped runs again. */
async function replaceData(
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
  let entry: Extract<JournalEntry, {kind: 'restore'}> | undefined
  let stops: Plan = []
  const step = async (next: 'staging' | 'swapping' | 'whole', keys: readonly string[]) => {
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
      await carryOut(stops, restoring)
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
    if (entry) await leadBack(restoring, entry, stops).catch(() => undefined)
    throw error
  }
}

/** Also where the command was asked to stop: the lab is not left between two states. */
async function leadBack(
  restoring: Restoring,
  entry: Extract<JournalEntry, {kind: 'restore'}>,
  stops: Plan,
): Promise<void> {
  const context = {...restoring.context, signal: new AbortController().signal}
  const {lab, engine} = restoring
  await endRestore(lab, entry, context)
  const project = await keptProject(restoring.folder)
  const services = subjectsOf(stops, ['stop-container'])
  if (!project || services.length === 0) return
  await carryOut(planStart({observed: await engine.observe(lab), project, services}), {...restoring, project, context})
}

async function differing(work: VolumeWork, volumes: readonly {readonly key: string}[]): Promise<readonly string[]> {
  const pairs = volumes.map(({key}) => ({from: inSnapshot(key), to: inLab(key)}))
  const {differ = []} = await work.do({do: 'compare', pairs})
  return volumes.filter(({key}) => differ.includes(inLab(key))).map(({key}) => key)
}

/** Ids of the images that the snapshot's nodes ran. Throws `image-unavailable` where one is gone. */
async function checkImages({snapshot, project, engine, context, lab}: Restoring): Promise<ReadonlyMap<string, string>> {
  const {nodes} = snapshot.manifest
  const names = [...new Set(Object.values(project.services).map(({image}) => image))]
  const ids = await engine.images.ids(names)
  const gone = names.filter(name => !ids.has(name))
  if (gone.length > 0)
    throw new LabError('image-unavailable', `Not on this engine, so nothing was restored: ${gone.join(', ')}.`, {
      next: [`apim-lab images pull${labOption(lab)}`, `apim-lab up${labOption(lab)}`],
    })
  for (const image of otherImages(nodes, ids))
    context.reporter.on({
      subject: image,
      state: 'warning',
      text: 'another image than the one that the snapshot was made with',
    })
  return ids
}

const otherImages = (nodes: SnapshotManifest['nodes'], ids: ReadonlyMap<string, string>) =>
  new Set(nodes.filter(({image, imageId}) => ids.has(image) && ids.get(image) !== imageId).map(({image}) => image))

const subjectsOf = (plan: Plan, kinds: readonly Plan[number]['kind'][]) => [
  ...new Set(plan.filter(({kind}) => kinds.includes(kind)).map(({subject}) => subject)),
]

async function carryOut(
  plan: Plan,
  {lab, folder, engine, project, secrets, topology, timeoutSeconds, context}: Restoring,
  within?: {readonly observed: ObservedLab},
): Promise<void> {
  if (plan.length === 0) return
  const {reporter, signal, version} = context
  await engine.execute(plan, {
    lab,
    folder: folder.path,
    project,
    observed: within?.observed ?? (await engine.observe(lab)),
    targets: readinessTargets(topology, project, secrets, {
      timeoutSeconds,
      emulated: await emulatedImages(topology, engine),
    }),
    helperImage: helperImage(version),
    reporter,
    onEvent: tellProbe(reporter),
    signal,
  })
}
