import type {LabFolder} from '../../disk/lab-folder.js'
import type {Engine} from '../../engine/engine.js'
import {LabError} from '../../errors.js'
import {buildTopology} from '../../model/build-topology.js'
import {mixReleases} from '../../model/mix-releases.js'
import type {Release} from '../../model/release.js'
import {DEFAULT_RELEASE, findRelease} from '../../model/releases/index.js'
import {resolveSettings, type ResolvedSettings, type SettingFlags} from '../../model/resolve-settings.js'
import type {LabSettings} from '../../model/settings.js'
import type {Topology} from '../../model/topology.js'
import {releaseDefaults} from '../../model/release-defaults.js'
import {releaseOf, type ObservedLab} from '../../plan/observed.js'
import {availableRelease, type ReleaseChoice} from './available-release.js'
import type {LabContext} from '../context.js'
import {withBuiltImages} from '../images/distribution/named.js'
import {keptSettings, labFileSettings, labName, type LabFileOptions} from './load-settings.js'

/** What a user says of the lab that is meant. */
export interface LabRequest extends LabFileOptions {
  readonly flags: SettingFlags
  /** What the lab has does not count. */
  readonly reset?: boolean
  /** Ask no registry. */
  readonly offline?: boolean
}

/** A request with its lab file read, and so with the name of a lab. */
export interface NamedRequest extends LabRequest {
  readonly lab: string
  readonly folder: LabFolder
  /** Absent where there is no lab file. */
  readonly labFile?: Partial<LabSettings>
}

/** A lab as it is asked for: its release, its settings, and all that follows from them. */
export interface ResolvedLab {
  readonly lab: string
  readonly folder: LabFolder
  /** Components of another release in it are that one's. */
  readonly release: Release
  readonly releaseReason: string
  readonly topology: Topology
  /** Where each setting comes from. */
  readonly sources: ResolvedSettings['sources']
  /** What is neither asked for nor the default, in words. */
  readonly kept: readonly string[]
}

/** An engine, and what it has of the lab. */
export interface SeenLab {
  readonly engine: Engine
  readonly observed: ObservedLab
}

type Rooms = Pick<LabContext, 'data' | 'releases'>

/** Reads the lab file. Throws for one that can't be read, and for a name that is none. */
export async function readRequest(request: LabRequest, {data, releases}: Rooms): Promise<NamedRequest> {
  const labFile = await labFileSettings(request, releases)
  const lab = labName(request.flags, labFile ?? {})
  return {...request, lab, folder: data.lab(lab), ...(labFile && {labFile})}
}

/**
 * The lab that a request means: flag over lab file over what the lab has over default. Without an engine nothing is known of what it has
 * there, and the default release is taken where nothing names one.
 */
export async function resolveLab(
  {lab, folder, flags, labFile, reset = false, offline = false}: NamedRequest,
  context: Rooms & Pick<LabContext, 'signal'>,
  seen?: SeenLab,
): Promise<ResolvedLab> {
  const kept = reset ? {} : await keptSettings(folder, labFile !== undefined)
  const candidates = [
    {name: flags.release, reason: 'asked for with --release'},
    {name: labFile?.release, reason: 'named in the lab file'},
    {name: kept.release ?? (seen && releaseOf(seen.observed)), reason: 'this lab already has it'},
  ]
  const {release: whole, reason} =
    namedRelease(candidates, context.releases) ?? (await unnamedRelease(context, offline, seen))
  const resolved = resolveSettings({
    release: whole.name,
    flags: {...flags, lab},
    labFile: labFile ?? {},
    kept,
    defaults: releaseDefaults(whole),
  })
  const release = mixReleases(whole, resolved.settings, context.releases)
  const settings = seen ? await withBuiltImages(resolved.settings, release, seen.engine) : resolved.settings
  return {
    lab,
    folder,
    release,
    releaseReason: reason,
    topology: buildTopology(settings, release),
    sources: resolved.sources,
    kept: resolved.kept,
  }
}

/** Reads the lab file and resolves, without an engine. */
export const resolveOffline = async (
  request: LabRequest,
  context: Rooms & Pick<LabContext, 'signal'>,
): Promise<ResolvedLab> => resolveLab(await readRequest(request, context), context)

/** Reads the lab file and resolves, with what the engine has. */
export async function resolveWith(engine: Engine, request: LabRequest, context: LabContext): Promise<ResolvedLab> {
  const named = await readRequest(request, context)
  return resolveLab(named, context, {engine, observed: await engine.observe(named.lab)})
}

/** All that the lab has. With `reset` what can't be read does not matter: it is forgotten anyway. */
export async function allKept({folder, reset}: NamedRequest): Promise<Partial<LabSettings>> {
  try {
    return await keptSettings(folder)
  } catch (error) {
    if (reset && error instanceof LabError && error.code === 'settings-conflict') return {}
    throw error
  }
}

function namedRelease(
  candidates: readonly {readonly name: string | undefined; readonly reason: string}[],
  releases: readonly Release[],
): ReleaseChoice | undefined {
  const found = candidates.find(({name}) => name !== undefined)
  return found && {release: findRelease(found.name!, releases), reason: found.reason}
}

const unnamedRelease = async (
  {releases, signal}: Pick<LabContext, 'releases' | 'signal'>,
  offline: boolean,
  seen: SeenLab | undefined,
): Promise<ReleaseChoice> =>
  seen
    ? availableRelease(seen.engine, {releases, offline, signal})
    : {release: findRelease(DEFAULT_RELEASE, releases), reason: 'the default'}
