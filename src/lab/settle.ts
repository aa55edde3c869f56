import type {LabFolder} from '../disk/lab-folder.js'
import {buildTopology} from '../model/build-topology.js'
import {mixReleases} from '../model/mix-releases.js'
import {findRelease} from '../model/releases/index.js'
import {resolveSettings, type ResolvedSettings, type SettingFlags} from '../model/resolve-settings.js'
import type {Topology} from '../model/topology.js'
import type {ReleaseChoice} from './choose-release.js'
import type {LabContext} from './context.js'
import {keptSettings, labFileSettings, labName} from './load-settings.js'

export interface SettleOptions {
  readonly flags: SettingFlags
  readonly workingDirectory: string
  readonly file?: string
}

export interface SettledLab extends ReleaseChoice {
  readonly topology: Topology
  readonly folder: LabFolder
  /** What is neither asked for nor the default, in words. */
  readonly kept: readonly string[]
  /** Where each setting comes from. */
  readonly sources: ResolvedSettings['sources']
}

/** The release where nothing names one and no engine is asked what it has. */
export const UNASKED = {name: '3.2.0', reason: 'the default'} as const

/** The lab as settings and folder describe it, without asking an engine. `release` replaces what is taken where none is named. */
export async function settle(
  {flags, ...where}: SettleOptions,
  {data, releases}: Pick<LabContext, 'data' | 'releases'>,
  unnamed: {readonly name: string; readonly reason: string} = UNASKED,
): Promise<SettledLab> {
  const found = await labFileSettings(where, releases)
  const labFile = found ?? {}
  const lab = labName(flags, labFile)
  const folder = data.lab(lab)
  const kept = await keptSettings(folder, found !== undefined)
  const wishes = [
    {name: flags.release, reason: 'asked for with --release'},
    {name: labFile.release, reason: 'named in the lab file'},
    {name: kept.release, reason: 'this lab already has it'},
  ]
  const {name, reason} = wishes.find(wish => wish.name !== undefined) ?? unnamed
  const whole = findRelease(name!, releases)
  const resolved = resolveSettings({release: whole.name, flags: {...flags, lab}, labFile, kept})
  const release = mixReleases(whole, resolved.settings, releases)
  return {
    release,
    reason,
    folder,
    kept: resolved.kept,
    sources: resolved.sources,
    topology: buildTopology(resolved.settings, release),
  }
}
