import {DryDataDirectory} from '../disk/dry-data-directory.js'
import {LabError} from '../errors.js'
import {SeedFailure} from '../engine/seed-failure.js'
import {hasStartInterval} from '../model/probe.js'
import {LOAD_BALANCER, type Topology} from '../model/topology.js'
import type {ObservedLab} from '../plan/observed.js'
import {formatPlan, type Plan} from '../plan/operations.js'
import {planUp} from '../plan/plan-up.js'
import {prepared, type PreparedPlan} from '../plan/preparations.js'
import {checkFiles} from './checks/check-files.js'
import {checkRelease, checkStored, tellKeptData} from './checks/check-kept-data.js'
import {checkMemory} from './checks/check-memory.js'
import {checkOverlays} from './checks/check-overlays.js'
import {checkPorts} from './checks/check-ports.js'
import {explainFailure} from './checks/explain-failure.js'
import {warnOfSettings} from './checks/warn-of-settings.js'
import type {LabContext} from './context.js'
import {labDriver, placeDriver, plannedDriver} from './files/driver.js'
import {placeFiles} from './files/own-files.js'
import {causesOf, renderInto} from './files/render-lab.js'
import {DryImageSource} from './images/dry-image-source.js'
import {fitRelease} from './images/fit-release.js'
import {ensureImages, ImageSource} from './images/image-source.js'
import {keepImages} from './images/kept-images.js'
import {keepSettings} from './resolve/load-settings.js'
import {allKept, readRequest, resolveLab, type LabRequest, type NamedRequest} from './resolve/resolve-lab.js'
import {rollBack} from './roll-back.js'
import {carryOut} from './state/carry-out.js'
import {writeLastReady, withLastReady} from './state/last-ready.js'
import {checkOwnership} from './state/ownership.js'
import {schemaState, seedFor, writeSchemaState} from './state/schema-state.js'
import {withLock} from './state/with-lock.js'

export interface UpOptions extends LabRequest {
  readonly offline: boolean
  readonly dryRun: boolean
  readonly force: boolean
  /** What lint finds does not stop it: it is what the lab is for. */
  readonly withFindings?: boolean
  readonly rollback: boolean
  readonly wait: boolean
  /** A configuration file of the user's that contradicts the lab is an error. */
  readonly strict?: boolean
  /** The databases are made by the release's scripts, though they could be copied. */
  readonly scripts?: boolean
  readonly timeoutSeconds?: number
  /** Asked before more than 1 GB is pulled; absent: go on. */
  readonly confirm?: (question: string) => Promise<boolean>
}

export interface UpResult {
  readonly lab: string
  readonly release: string
  readonly releaseReason: string
  /** In a dry run with the images that would be pulled and built. */
  readonly plan: PreparedPlan
  readonly planText: string
  readonly topology: Topology
}

/** Brings a lab up: a second run finds nothing to do, and one after a failure goes on where it stopped. */
export async function up(options: UpOptions, context: LabContext): Promise<UpResult> {
  const {dryRun, wait} = options
  const own = dryRun ? {...context, data: new DryDataDirectory(context.data.path)} : context
  const request = await readRequest(options, own)
  if (dryRun) return upLocked(request, options, own)
  return withLock({lab: request.lab, wait}, own, () => upLocked(request, options, own))
}

/** The same of a lab that is locked already, from a request whose lab file was read. */
export async function upLocked(request: NamedRequest, options: UpOptions, context: LabContext): Promise<UpResult> {
  const asked = await resolveAndCheck(request, options, context)
  const ready = await prepare(asked, options, context)
  const {resolved, topology, plan} = ready
  const result: UpResult = {
    lab: resolved.lab,
    release: resolved.release.name,
    releaseReason: resolved.releaseReason,
    plan: ready.whole,
    planText: formatPlan(ready.whole),
    topology,
  }
  if (options.dryRun) return result
  await keepSettings(resolved.folder, ready.settings, resolved.sources)
  if (plan.length > 0) await execute(ready, options, context)
  await keepImages(resolved.folder, ready.facts)
  return result
}

/** Before anything is pulled, built or made: what can't be is told at once. */
async function resolveAndCheck(request: NamedRequest, options: UpOptions, context: LabContext) {
  const {reporter} = context
  const {lab, folder} = request
  const engine = await context.engine()
  const [observed, info] = await Promise.all([
    engine.observe(lab).then(it => withLastReady(it, folder, engine)),
    engine.info(),
  ])
  checkOwnership(lab, folder.path, observed)
  const resolved = await resolveLab(request, context, {engine, observed})
  const {release, releaseReason, topology} = resolved
  reporter.begin(`Lab ${lab}: release ${release.name} (${releaseReason})`)
  checkRelease(lab, release, observed)
  for (const text of resolved.kept) reporter.on({subject: lab, state: 'warning', text})
  // All that it keeps: what a lab file says now may be another thing than what it said then.
  checkStored(await allKept(request), topology.settings, observed)
  warnOfSettings(resolved, reporter)
  await checkOverlays(topology, context, options.strict)
  await checkFiles(topology, context, {stop: !options.force && !options.withFindings})
  if (!options.force) checkMemory(topology, info)
  return {resolved, engine, observed, info}
}

/** Has the images and writes the files; of a dry run neither. Gives the plan, and what it was made of. */
async function prepare(asked: Awaited<ReturnType<typeof resolveAndCheck>>, options: UpOptions, context: LabContext) {
  const {resolved, engine, observed, info} = asked
  const {release, sources, folder} = resolved
  const {dryRun} = options
  const source = dryRun
    ? new DryImageSource(engine, context, {offline: options.offline}, release.pullMb)
    : new ImageSource(engine, context, options)
  const settings = await ensureImages(resolved, source)
  const hadFolder = await folder.exists()
  await folder.ensure()
  const fitted = await fitRelease({release, settings, sources, folder, info, dryRun}, engine, context)
  const {topology, facts} = fitted
  const planned = dryRun ? await plannedDriver(topology, context) : undefined
  const driver = dryRun ? undefined : await labDriver(topology, context, options)
  const {rendered, secrets} = await renderInto(folder, topology, context, {
    driver: driver ?? planned,
    startInterval: hasStartInterval(info.apiVersion),
  })
  if (driver) await placeDriver(folder, driver)
  await placeFiles(topology, folder)
  const changed = await folder.writeRendered(rendered.files)
  const {project} = rendered
  const schema = await schemaState(folder, topology, observed)
  const imageIds = new Map([...[...facts].map(([name, {id}]) => [name, id] as const), ...source.newIds()])
  const seed = options.scripts
    ? undefined
    : await seedFor({topology, schema, imageIds, templates: context.templates}, engine)
  const wish = {schema, project, imageIds, changed: causesOf(changed, rendered)}
  const plan = planUp({...wish, observed, seed: seed?.state})
  const downloads = planned?.download
    ? [{kind: 'download-file', subject: planned.file, cause: 'the images of the release have no driver'} as const]
    : []
  const whole = prepared(plan, [...source.steps, ...downloads], name => project.services[name]?.image)
  return {...asked, ...fitted, settings, hadFolder, secrets, wish, seed, plan, whole}
}

/** Carries the plan out, and notes what the next command need not ask for again. */
async function execute(
  ready: Awaited<ReturnType<typeof prepare>>,
  options: UpOptions,
  context: LabContext,
): Promise<void> {
  const {resolved, engine, observed, topology, secrets, emulated, wish, seed, plan, hadFolder} = ready
  const {lab, folder} = resolved
  const {project, schema} = wish
  const {reporter} = context
  tellKeptData(plan, project, observed, reporter)
  const publishes = plan.some(({kind, subject}) => subject === LOAD_BALANCER && kind === 'start-container')
  if (publishes) await checkPorts(engine, topology)
  // A lab that has a volume was checked when it was made: the check comes before the first volume.
  const firstTime = observed.volumes.length === 0
  const nonce = firstTime ? {...(await folder.nonce()), notShared: () => notShared(folder.path)} : undefined
  const carryOutOn = (steps: Plan, seen: ObservedLab) =>
    carryOut(
      steps,
      {
        lab,
        folder,
        engine,
        known: {project, secrets, topology},
        observed: seen,
        ...(seed && {seed: seed.recipe}),
        ...(nonce && {nonce}),
        timeoutSeconds: options.timeoutSeconds,
        ...(options.force && {retry: 'apim-lab up --force'}),
        emulated,
      },
      context,
    )
  try {
    await carryOutOn(plan, observed).catch(async (error: unknown) => {
      if (!(error instanceof SeedFailure)) throw error
      const text = `its databases are made from the release's scripts, since they could not be copied: ${error.message}`
      reporter.on({subject: topology.server.name, state: 'warning', text})
      const now = await engine.observe(lab)
      await carryOutOn(planUp({...wish, observed: now}), now)
    })
  } catch (error) {
    const explained = await explainFailure(error, publishes, topology, engine)
    if (options.rollback) await rollBack({engine, observed, lab, folder, hadFolder}, reporter)
    throw explained
  }
  if (!schema.complete) await writeSchemaState(folder, engine, topology)
  await writeLastReady(folder, engine, lab)
}

const notShared = (folder: string) =>
  new LabError(
    'folder-not-shared',
    `The Docker engine does not see the lab folder ${folder}: containers would get empty folders instead of their configuration.`,
    {
      next: [
        'Share that folder with the virtual machine of your Docker engine',
        'XDG_DATA_HOME=/a/shared/folder apim-lab up',
      ],
    },
  )
