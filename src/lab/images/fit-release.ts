import type {LabFolder} from '../../disk/lab-folder.js'
import type {Engine, EngineInfo} from '../../engine/engine.js'
import type {ImageFacts} from '../../engine/engine-images.js'
import {buildTopology} from '../../model/build-topology.js'
import {fitToImages} from '../../model/fit-to-images.js'
import type {Release} from '../../model/release.js'
import type {LabSettings} from '../../model/settings.js'
import type {Topology} from '../../model/topology.js'
import {checkArchitectures, foreignImages, withActualPlatforms} from './check-architectures.js'
import type {LabContext} from '../context.js'
import {imageContents} from './contents.js'
import {movedTexts} from './kept-images.js'
import {labImages, type Sources} from './lab-images.js'

export interface FitInput {
  readonly release: Release
  /** With the names of the images that are really used, all of them on the engine. */
  readonly settings: LabSettings
  readonly sources: Sources
  readonly folder: LabFolder
  readonly info: EngineInfo
  /** Looks into no image: takes what is known already. */
  readonly dryRun?: boolean
}

export interface FittedLab {
  readonly topology: Topology
  /** By image. */
  readonly facts: ReadonlyMap<string, ImageFacts>
  /** Images that this machine runs by emulation only. */
  readonly emulated: ReadonlySet<string>
}

/**
 * The lab as its images allow it: their platforms, their drivers, their entrypoints. Warns of what is emulated and of tags that have
 * moved. Throws `image-unusable` for what this machine can't run.
 */
export async function fitRelease(
  {release, settings, sources, folder, info, dryRun = false}: FitInput,
  engine: Engine,
  context: LabContext,
): Promise<FittedLab> {
  const {lab} = settings
  const warn = (text: string) => context.reporter.on({subject: lab, state: 'warning', text})
  const asNamed = buildTopology(settings, release)
  const images = labImages(asNamed, sources, context.version)
  const facts = await engine.images.facts(images.map(({name}) => name))
  const machine = info.architecture
  const emulated = dryRun
    ? foreignImages(facts, machine)
    : await checkArchitectures(engine, {lab, folder: folder.path, machine, facts, warn})
  const contents = await imageContents(asNamed, {folder, facts, engine: dryRun ? undefined : engine}, context)
  const topology = buildTopology(settings, fitToImages(withActualPlatforms(release, settings, facts), contents))
  for (const text of await movedTexts(folder, topology, facts)) warn(text)
  return {topology, facts, emulated}
}
