import {treeChanges} from '../../disk/file-trees.js'
import {LabError} from '../../errors.js'
import {nodesIn, type SnapshotManifest} from '../../model/snapshot.js'
import {LOAD_BALANCER, SCHEMA} from '../../model/topology.js'
import {belongingsOf, nodesOf} from '../../plan/observed.js'
import {planFreeze} from '../../plan/plan-freeze.js'
import {planMissingVolumes, withoutServices} from '../../plan/plan-restore.js'
import {planStop} from '../../plan/plan-restart.js'
import {planUp} from '../../plan/plan-up.js'
import {checkPorts} from '../checks/check-ports.js'
import type {LabContext} from '../context.js'
import {labOption} from '../resolve/named-lab.js'
import {keptProject} from '../state/kept-files.js'
import {writeLastReady} from '../state/last-ready.js'
import {checkOwnership} from '../state/ownership.js'
import {writeSchemaState} from '../state/schema-state.js'
import {withLock} from '../state/with-lock.js'
import {bringUp, makeLab, RENDERED} from './make-lab.js'
import {damaged, readStored} from './read-stored.js'
import {carryOutOn, replaceData, subjectsOf, type Restoring} from './replace-data.js'
import {checkData, NOT_STORED, theSnapshot} from './stored.js'

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

async function restoreLocked(restoring: Restoring): Promise<RestoreResult> {
  const {lab, snapshot, folder, engine, project, context} = restoring
  const {manifest} = snapshot
  const imageIds = await checkImages(restoring)
  await folder.ensure()
  const missing = planMissingVolumes(project, await engine.observe(lab))
  await carryOutOn(missing, restoring)
  const observed = await engine.observe(lab)
  const files = await treeChanges(snapshot.folder.lab, folder.path, NOT_STORED)
  const {replaced, stopped} = await replaceData(restoring, observed, files)
  if (replaced.length > 0 || files.length > 0) await writeSchemaState(folder, engine, restoring.topology)

  // Nodes that did not run then do not run now.
  const idle = Object.keys(project.services).filter(
    name => name !== SCHEMA && !nodesIn(manifest, 'running', 'paused').includes(name),
  )
  const toStop = planStop({observed: await engine.observe(lab), project, services: idle})
  await carryOutOn(toStop, restoring)
  const wanted = withoutServices(project, await engine.observe(lab), idle)
  const hasSchema = manifest.volumes.length > 0
  const start = planUp({...wanted, imageIds, schema: {complete: hasSchema}})
  if (start.some(({kind, subject}) => kind === 'start-container' && subject === LOAD_BALANCER))
    await checkPorts(engine, restoring.topology)
  await carryOutOn(start, restoring, wanted.observed)
  const frozen = planFreeze({observed: await engine.observe(lab), services: nodesIn(manifest, 'paused')})
  await carryOutOn(frozen, restoring)
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
