import {DryDataDirectory} from '../disk/dry-data-directory.js'
import type {LabFolder} from '../disk/lab-folder.js'
import {LabError, messageOf} from '../errors.js'
import type {Engine} from '../engine/engine.js'
import {SeedFailure} from '../engine/seed-failure.js'
import {hasStartInterval} from '../model/probe.js'
import type {Release} from '../model/release.js'
import {DEFAULTS, storedSettings, type LabSettings} from '../model/settings.js'
import {LOAD_BALANCER, type Topology} from '../model/topology.js'
import {madeSince, type ObservedLab} from '../plan/observed.js'
import {formatPlan, type Plan} from '../plan/operations.js'
import {planDown} from '../plan/plan-down.js'
import {planUp} from '../plan/plan-up.js'
import {prepared, type PreparedPlan} from '../plan/preparations.js'
import type {ComposeProject} from '../render/compose.js'
import {checkFiles} from './checks/check-files.js'
import {checkMemory} from './checks/check-memory.js'
import {checkOverlays} from './checks/check-overlays.js'
import {checkPorts} from './checks/check-ports.js'
import type {LabContext} from './context.js'
import {DryImageSource} from './images/dry-image-source.js'
import {labDriver, placeDriver, plannedDriver} from './files/driver.js'
import {explainFullDisk} from './checks/explain-full-disk.js'
import {fitRelease} from './images/fit-release.js'
import {keepImages} from './images/kept-images.js'
import {ensureImages, helperImage, ImageSource} from './images/image-source.js'
import {keepSettings} from './resolve/load-settings.js'
import {placeFiles} from './files/own-files.js'
import {checkOwnership} from './state/ownership.js'
import {writeLastReady, withLastReady} from './state/last-ready.js'
import {causesOf, renderInto} from './files/render-lab.js'
import {allKept, readRequest, resolveLab, type LabRequest, type NamedRequest} from './resolve/resolve-lab.js'
import {writeSchemaState, schemaState, seedFor} from './state/schema-state.js'
import {readinessTargets} from './state/readiness-targets.js'
import {tellProbe} from './state/progress.js'
import {warnOfSettings} from './checks/warn-of-settings.js'
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
  const {reporter, signal} = context
  const {lab, folder} = request
  const engine = await context.engine()
  const [observed, info] = await Promise.all([
    engine.observe(lab).then(it => withLastReady(it, folder, engine)),
    engine.info(),
  ])
  checkOwnership(lab, folder.path, observed)
  const resolved = await resolveLab(request, context, {engine, observed})
  const {release, releaseReason, topology: wanted} = resolved
  reporter.begin(`Lab ${lab}: release ${release.name} (${releaseReason})`)
  checkRelease(lab, release, observed)
  for (const text of resolved.kept) reporter.on({subject: lab, state: 'warning', text})
  // All that it keeps: what a lab file says now may be another thing than what it said then.
  checkStored(await allKept(request), wanted.settings, observed)
  // Before anything is pulled or built: what can't be is told at once.
  warnOfSettings(resolved, reporter)
  await checkOverlays(wanted, context, options.strict)
  await checkFiles(wanted, context, {stop: !options.force && !options.withFindings})
  if (!options.force) checkMemory(wanted, info)

  const source = options.dryRun
    ? new DryImageSource(engine, context, {offline: options.offline}, release.pullMb)
    : new ImageSource(engine, context, options)
  const settings = await ensureImages(resolved, source)
  const hadFolder = await folder.exists()
  await folder.ensure()
  const {topology, facts, emulated} = await fitRelease(
    {release, settings, sources: resolved.sources, folder, info, dryRun: options.dryRun},
    engine,
    context,
  )
  const planned = options.dryRun ? await plannedDriver(topology, context) : undefined
  const driver = options.dryRun ? undefined : await labDriver(topology, context, options)
  const {rendered, secrets} = await renderInto(folder, topology, context, {
    driver: driver ?? planned,
    startInterval: hasStartInterval(info.apiVersion),
  })
  if (driver) await placeDriver(folder, driver)
  await placeFiles(topology, folder)
  const changed = await folder.writeRendered(rendered.files)
  const schema = await schemaState(folder, topology, observed)
  const imageIds = new Map([...[...facts].map(([name, {id}]) => [name, id] as const), ...source.newIds()])
  const seed = options.scripts
    ? undefined
    : await seedFor({topology, schema, imageIds, templates: context.templates}, engine)
  const wish = {schema, project: rendered.project, imageIds, changed: causesOf(changed, rendered)}
  const plan = planUp({...wish, observed, seed: seed?.state})
  const downloads = planned?.download
    ? [{kind: 'download-file', subject: planned.file, cause: 'the images of the release have no driver'} as const]
    : []
  const whole = prepared(plan, [...source.steps, ...downloads], name => rendered.project.services[name]?.image)
  const result: UpResult = {
    lab,
    release: release.name,
    releaseReason,
    plan: whole,
    planText: formatPlan(whole),
    topology,
  }
  if (options.dryRun) return result
  await keepSettings(folder, settings, resolved.sources)
  if (plan.length === 0) {
    await keepImages(folder, facts)
    return result
  }

  tellKeptData(plan, rendered.project, observed, context)
  const publishes = plan.some(({kind, subject}) => subject === LOAD_BALANCER && kind === 'start-container')
  if (publishes) await checkPorts(engine, topology)
  // A lab that has a volume was checked when it was made: the check comes before the first volume.
  const firstTime = observed.volumes.length === 0
  const nonce = firstTime && {...(await folder.nonce()), notShared: () => notShared(folder.path)}
  const carryOut = (steps: Plan, seen: ObservedLab) =>
    engine.execute(steps, {
      lab,
      folder: folder.path,
      project: rendered.project,
      observed: seen,
      ...(seed && {seed: seed.recipe}),
      targets: readinessTargets(topology, rendered.project, secrets, {
        timeoutSeconds: options.timeoutSeconds,
        ...(options.force && {retry: 'apim-lab up --force'}),
        emulated,
      }),
      helperImage: helperImage(context.version),
      ...(nonce && {nonce}),
      reporter,
      onEvent: tellProbe(reporter),
      signal,
    })
  try {
    await carryOut(plan, observed).catch(async (error: unknown) => {
      if (!(error instanceof SeedFailure)) throw error
      const text = `its databases are made from the release's scripts, since they could not be copied: ${error.message}`
      reporter.on({subject: topology.server.name, state: 'warning', text})
      const now = await engine.observe(lab)
      await carryOut(planUp({...wish, observed: now}), now)
    })
  } catch (error) {
    // Between the check and the start somebody may have been faster: then the owner is worth more than the engine's words.
    const taken = publishes && isEngineFailure(error) ? await portTaken(engine, topology) : undefined
    const full = await explainFullDisk(error, engine)
    if (options.rollback) await rollBack({engine, observed, lab, folder, hadFolder}, context)
    throw taken ?? full ?? error
  }
  if (!schema.complete) await writeSchemaState(folder, engine, topology)
  await Promise.all([keepImages(folder, facts), writeLastReady(folder, engine, lab)])
  return result
}

/** Nodes that leave the lab may come back: their data stays, and takes room. */
function tellKeptData(
  plan: Plan,
  {volumes}: ComposeProject,
  observed: ObservedLab,
  {reporter}: Pick<LabContext, 'reporter'>,
): void {
  if (!plan.some(({kind}) => kind === 'remove-container')) return
  for (const {name} of observed.volumes.filter(it => it.key !== '' && !Object.hasOwn(volumes, it.key)))
    reporter.on({
      subject: name,
      state: 'warning',
      text: `stays, with the data of a node that is no longer in the lab; \`down --volumes\` removes it`,
    })
}

function checkRelease(lab: string, release: Release, observed: ObservedLab): void {
  const made = observed.volumes.find(volume => volume.release !== '' && volume.release !== release.name)
  if (!made) return
  throw new LabError(
    'settings-conflict',
    `Lab ${lab} keeps data of release ${made.release} (volume ${made.name}), which ${release.name} can't use.`,
    {
      next: [
        `apim-lab up --lab ${lab} --release ${made.release}`,
        `apim-lab down --lab ${lab} --volumes (removes its data)`,
        `apim-lab up --lab another-name --release ${release.name}`,
      ],
    },
  )
}

function checkStored(kept: Partial<LabSettings>, settings: LabSettings, observed: ObservedLab): void {
  if (observed.volumes.length === 0) return
  // A key that an older apim-lab did not keep has its default.
  const before = {...DEFAULTS, ...kept}
  const changed = storedSettings().find(({key}) => kept.lab !== undefined && before[key] !== settings[key])
  if (!changed) return
  const {key, why} = changed
  const shown = (value: unknown) => (value === undefined || value === '' ? 'not set' : String(value))
  throw new LabError(
    'settings-conflict',
    `${key} was ${shown(before[key])} when the databases of lab ${settings.lab} were made, now it is ${shown(settings[key])}: ${why}.`,
    {next: [`apim-lab down --lab ${settings.lab} --volumes (removes its data)`, 'apim-lab up --lab another-name']},
  )
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

const isEngineFailure = (error: unknown) => error instanceof LabError && error.code === 'engine-failed'

const portTaken = (engine: Engine, topology: Topology): Promise<unknown> =>
  checkPorts(engine, topology).then(
    () => undefined,
    (error: unknown) => (error instanceof LabError && error.code === 'port-taken' ? error : undefined),
  )

interface Before {
  readonly engine: Engine
  readonly lab: string
  readonly folder: LabFolder
  /** What was there before this run: it stays. */
  readonly observed: ObservedLab
  readonly hadFolder: boolean
}

/** Removes what this run made. That it fails must not hide why it was needed. */
async function rollBack(
  {engine, lab, folder, observed: before, hadFolder}: Before,
  {reporter}: LabContext,
): Promise<void> {
  try {
    const observed = madeSince(before, await engine.observe(lab))
    const plan = planDown(observed, {volumes: true})
    await engine.execute(plan, {lab, folder: folder.path, observed, reporter, signal: new AbortController().signal})
    if (!hadFolder) await folder.remove()
  } catch (error) {
    reporter.on({subject: lab, state: 'warning', text: `could not remove all that this run made: ${messageOf(error)}`})
  }
}
