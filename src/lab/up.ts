import type {LabFolder} from '../disk/lab-folder.js'
import {lockLab} from '../disk/lock.js'
import {LabError, messageOf} from '../errors.js'
import type {Engine} from '../engine/engine.js'
import {buildTopology} from '../model/build-topology.js'
import {mixReleases} from '../model/mix-releases.js'
import {hasStartInterval} from '../model/probe.js'
import {resolveSettings, type SettingFlags} from '../model/resolve-settings.js'
import {DEFAULTS, type LabSettings} from '../model/settings.js'
import {LOAD_BALANCER, type Topology} from '../model/topology.js'
import type {ObservedLab} from '../plan/observed.js'
import {formatPlan, type Plan} from '../plan/operations.js'
import {planDown} from '../plan/plan-down.js'
import {planUp} from '../plan/plan-up.js'
import {checkFiles} from './check-files.js'
import {checkMemory} from './check-memory.js'
import {checkOverlays} from './check-overlays.js'
import {checkPorts} from './check-ports.js'
import {chooseRelease, type ReleaseChoice} from './choose-release.js'
import type {LabContext} from './context.js'
import {labDriver, placeDriver} from './driver.js'
import {fitRelease} from './fit-release.js'
import {keepImages} from './image-memory.js'
import {ensureImages, helperImage} from './images.js'
import {keepSettings, keptSettings, labFileSettings, labName} from './load-settings.js'
import {placeFiles} from './own-files.js'
import {checkOwnership, releaseOf} from './ownership.js'
import {rememberReady, withReadyMemory} from './ready-memory.js'
import {causesOf, renderInto} from './render-lab.js'
import {rememberSchema, schemaState} from './schema-memory.js'
import {readinessTargets} from './targets.js'
import {warnOfSettings} from './warn-of-settings.js'

export interface UpOptions {
  readonly flags: SettingFlags
  readonly workingDirectory: string
  readonly file?: string
  readonly offline: boolean
  readonly dryRun: boolean
  readonly force: boolean
  readonly reset: boolean
  readonly rollback: boolean
  readonly wait: boolean
  /** A configuration file of the user's that contradicts the lab is an error. */
  readonly strict?: boolean
  readonly timeoutSeconds?: number
  /** Asked before more than 1 GB is pulled; absent: go on. */
  readonly confirm?: (question: string) => Promise<boolean>
}

export interface UpResult {
  readonly lab: string
  readonly release: string
  readonly releaseReason: string
  readonly plan: Plan
  readonly planText: string
  readonly topology: Topology
}

const CALLBACKS = "the portals' callback URLs are stored there"
const TABLES = 'their tables have it'

/** Settings that belong to what is stored in the databases, and why. */
const STORED = {
  domain: CALLBACKS,
  hosts: CALLBACKS,
  host: CALLBACKS,
  portOffset: CALLBACKS,
  publicHttps: CALLBACKS,
  mysqlCharset: TABLES,
  mysqlCollation: TABLES,
} as const satisfies Partial<Record<keyof LabSettings, string>>

const STORED_KEYS = Object.keys(STORED) as readonly (keyof typeof STORED)[]

/** Brings a lab up, or as far as it is not: a second run finds nothing to do, and one after a failure goes on where it stopped. */
export async function up(options: UpOptions, context: LabContext): Promise<UpResult> {
  const labFile = await labFileSettings(options, context.releases)
  const lab = labName(options.flags, labFile ?? {})
  const unlock = await lockLab({
    file: await context.data.lockFile(lab),
    lab,
    processes: context.processes,
    wait: options.wait,
    signal: context.signal,
    onWait: ({pid, command}) =>
      context.reporter.on({subject: lab, state: 'working', text: `waiting for process ${pid}: ${command}`}),
  })
  try {
    return await upLocked(lab, labFile, options, context)
  } finally {
    await unlock()
  }
}

async function upLocked(
  lab: string,
  foundLabFile: Partial<LabSettings> | undefined,
  options: UpOptions,
  context: LabContext,
): Promise<UpResult> {
  const {reporter, signal} = context
  const labFile = foundLabFile ?? {}
  const folder = context.data.lab(lab)
  const engine = await context.engine()
  const [observed, kept] = await Promise.all([
    engine.observe(lab).then(it => withReadyMemory(it, folder, engine)),
    keptUnlessReset(folder, options.reset, foundLabFile !== undefined),
  ])
  checkOwnership(lab, folder.path, observed)

  const choice = await chooseRelease(
    {
      flag: options.flags.release,
      labFile: labFile.release,
      kept: (options.reset ? undefined : kept.release) ?? releaseOf(observed),
      offline: options.offline,
    },
    context.releases,
    context.engine,
    signal,
  )
  reporter.begin(`Lab ${lab}: release ${choice.release.name} (${choice.reason})`)
  checkRelease(lab, choice, observed)

  const resolved = resolveSettings({
    release: choice.release.name,
    flags: {...options.flags, lab},
    labFile,
    kept: options.reset ? {} : kept,
  })
  for (const text of resolved.kept.filter(line => !/^((mysql|loadBalancer)Image|imageNames) /.test(line)))
    reporter.on({subject: lab, state: 'warning', text})
  // All that it keeps: what a lab file says now may be another thing than what it said then.
  checkStored(await keptUnlessReset(folder, options.reset, false), resolved.settings, observed)
  // Before anything is pulled or built: what can't be is told at once.
  const release = mixReleases(choice.release, resolved.settings, context.releases)
  const wanted = buildTopology(resolved.settings, release)
  warnOfSettings(wanted, reporter)
  await checkOverlays(wanted, context, options.strict)
  await checkFiles(wanted, context, {stop: !options.force})
  const info = await engine.info()
  if (!options.force) checkMemory(wanted, info)

  const settings = await ensureImages(resolved, release, engine, context, options)
  const hadFolder = await folder.exists()
  await folder.ensure()
  const {topology, facts, emulated} = await fitRelease(
    {release, settings, sources: resolved.sources, folder, info},
    engine,
    context,
  )
  const driver = await labDriver(topology, context, options)
  const {rendered, secrets} = await renderInto(folder, topology, context, {
    driver,
    startInterval: hasStartInterval(info.apiVersion),
  })
  if (driver && !options.dryRun) await placeDriver(folder, driver)
  if (!options.dryRun) await placeFiles(topology, folder)
  const changed = options.dryRun ? [] : await folder.writeRendered(rendered.files)
  const schema = await schemaState(folder, topology, observed)
  const plan = planUp({
    schema,
    project: rendered.project,
    observed,
    imageIds: new Map([...facts].map(([name, {id}]) => [name, id])),
    changed: causesOf(changed, rendered),
  })
  const result: UpResult = {
    lab,
    release: choice.release.name,
    releaseReason: choice.reason,
    plan,
    planText: formatPlan(plan),
    topology,
  }
  if (options.dryRun) return result
  await keepSettings(folder, settings, resolved.sources)
  if (plan.length === 0) {
    await keepImages(folder, facts)
    return result
  }

  const publishes = plan.some(({kind, subject}) => subject === LOAD_BALANCER && kind === 'start-container')
  if (publishes) await checkPorts(engine, topology)
  // A lab that has a volume was checked when it was made: the check comes before the first volume.
  const firstTime = observed.volumes.length === 0
  try {
    await engine.execute(plan, {
      lab,
      folder: folder.path,
      project: rendered.project,
      observed,
      targets: readinessTargets(topology, rendered.project, secrets, {
        timeoutSeconds: options.timeoutSeconds,
        emulated,
      }),
      helperImage: helperImage(context.version),
      ...(firstTime && {nonce: {...(await folder.nonce()), notShared: () => notShared(folder.path)}}),
      reporter,
      signal,
    })
  } catch (error) {
    // Between the check and the start somebody may have been faster: then the owner is worth more than the engine's words.
    const taken = publishes && isEngineFailure(error) ? await portTaken(engine, topology) : undefined
    if (options.rollback) await rollBack({engine, observed, lab, folder, hadFolder}, context)
    throw taken ?? error
  }
  if (!schema.complete) await rememberSchema(folder, engine, lab)
  await Promise.all([keepImages(folder, facts), rememberReady(folder, engine, lab)])
  return result
}

/** With --reset what can't be read does not matter: it is forgotten anyway. */
async function keptUnlessReset(folder: LabFolder, reset: boolean, hasLabFile: boolean): Promise<Partial<LabSettings>> {
  try {
    return await keptSettings(folder, hasLabFile)
  } catch (error) {
    if (reset && error instanceof LabError && error.code === 'settings-conflict') return {}
    throw error
  }
}

function checkRelease(lab: string, {release}: ReleaseChoice, observed: ObservedLab): void {
  const made = observed.volumes.find(volume => volume.release !== '' && volume.release !== release.name)
  if (!made) return
  throw new LabError(
    'settings-conflict',
    `Lab ${lab} keeps the databases of release ${made.release} (volume ${made.name}); ${release.name} has other tables.`,
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
  const changed = STORED_KEYS.find(key => kept.lab !== undefined && before[key] !== settings[key])
  if (changed === undefined) return
  const shown = (value: unknown) => (value === undefined || value === '' ? 'not set' : String(value))
  throw new LabError(
    'settings-conflict',
    `${changed} was ${shown(before[changed])} when the databases of lab ${settings.lab} were made, now it is ${shown(settings[changed])}: ${STORED[changed]}.`,
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

function madeSince(before: ObservedLab, {containers, networks, volumes}: ObservedLab): ObservedLab {
  const isNew = (old: readonly {readonly name: string}[]) => {
    const names = new Set(old.map(({name}) => name))
    return ({name}: {readonly name: string}) => !names.has(name)
  }
  const ids = new Set(before.containers.map(({id}) => id))
  return {
    containers: containers.filter(({id}) => !ids.has(id)),
    // Containers that were there before may have joined a new network.
    networks: before.containers.length > 0 ? [] : networks.filter(isNew(before.networks)),
    volumes: volumes.filter(isNew(before.volumes)),
  }
}
