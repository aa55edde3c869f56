import type {LabFolder} from '../../disk/lab-folder.js'
import type {Engine} from '../../engine/engine.js'
import {buildTopology} from '../../model/build-topology.js'
import {mixReleases} from '../../model/mix-releases.js'
import {findRelease} from '../../model/releases/index.js'
import type {LabSettings} from '../../model/settings.js'
import {SCHEMA, type Topology} from '../../model/topology.js'
import {releaseDefaults} from '../../model/release-defaults.js'
import {nodesOf, releaseOf, type ObservedLab, type ObservedNode} from '../../plan/observed.js'
import type {LabContext} from '../context.js'
import {keptSettings} from '../resolve/load-settings.js'

/** A lab as it is now. */
export interface LiveLab {
  readonly lab: string
  readonly folder: LabFolder
  readonly engine: Engine
  readonly observed: ObservedLab
  /** By their names. */
  readonly nodes: ReadonlyMap<string, ObservedNode>
  /** As its settings and the engine's labels describe it; absent where neither knows it. */
  readonly topology?: Topology
}

async function topologyOf(
  lab: string,
  folder: LabFolder,
  observed: ObservedLab,
  {releases}: Pick<LabContext, 'releases'>,
): Promise<Topology | undefined> {
  const kept = await keptSettings(folder)
  const name = kept.release ?? releaseOf(observed)
  if (name === undefined) return undefined
  const release = findRelease(name, releases)
  const settings: LabSettings = {...releaseDefaults(release), ...kept, lab, release: name}
  return buildTopology(settings, mixReleases(release, settings, releases))
}

/** The lab of that name as the engine and its folder have it. */
export async function liveLab(
  lab: string,
  context: Pick<LabContext, 'data' | 'engine' | 'releases'>,
): Promise<LiveLab> {
  const engine = await context.engine()
  const folder = context.data.lab(lab)
  const observed = await engine.observe(lab)
  const topology = await topologyOf(lab, folder, observed, context)
  const nodes = nodesOf(observed).filter(({name}) => name !== SCHEMA)
  return {
    lab,
    folder,
    engine,
    observed,
    nodes: new Map(nodes.map(node => [node.name, node])),
    ...(topology && {topology}),
  }
}
