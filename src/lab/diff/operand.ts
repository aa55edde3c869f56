import {resolve} from 'node:path'
import {kindOf} from '../../disk/config-files.js'
import {LabError} from '../../errors.js'
import {buildTopology} from '../../model/build-topology.js'
import {mixReleases} from '../../model/mix-releases.js'
import {nearest} from '../../model/nearest.js'
import {checkLabName} from '../../model/names.js'
import {findRelease} from '../../model/releases/index.js'
import type {LabSettings} from '../../model/settings.js'
import {releaseDefaults} from '../../model/release-defaults.js'
import type {SnapshotManifest} from '../../model/snapshot.js'
import type {LabContext} from '../context.js'
import {keptSettings} from '../resolve/load-settings.js'
import {theSnapshot} from '../snapshots/stored.js'
import {readStored} from '../snapshots/read-stored.js'

type Rooms = Pick<LabContext, 'data' | 'releases'>

/** The lab of its settings: one that is, was, or that a release would make. */
export interface SettledOperand {
  readonly kind: 'lab' | 'snapshot' | 'release'
  readonly title: string
  readonly settings: LabSettings
  /** What its nodes ran. */
  readonly ran?: SnapshotManifest['nodes']
  /** Only this node of it. */
  readonly node?: string
}

/** Configuration files of somebody's. */
export interface FolderOperand {
  readonly kind: 'folder'
  readonly title: string
  readonly path: string
}

export type Operand = SettledOperand | FolderOperand

export interface OperandOptions {
  /** Whose nodes and snapshots are meant. */
  readonly lab: string
  readonly workingDirectory: string
}

const PREFIX = /^(snapshot|release):(.*)$/

/** Settings of a lab that there is; undefined where there is none of that name. */
async function settingsOf(lab: string, {data, releases}: Rooms): Promise<LabSettings | undefined> {
  if (!(await data.labNames()).includes(lab)) return undefined
  const kept = await keptSettings(data.lab(lab))
  if (kept.release === undefined) return undefined
  return {...releaseDefaults(findRelease(kept.release, releases)), ...kept, lab, release: kept.release}
}

const topologyOf = (settings: LabSettings, {releases}: Rooms) =>
  buildTopology(settings, mixReleases(findRelease(settings.release, releases), settings, releases))

async function snapshotOperand(text: string, {lab}: OperandOptions, context: Rooms): Promise<SettledOperand> {
  const [name = '', of] = text.split('/').toReversed()
  const owner = of === undefined ? lab : checkLabName(of)
  const snapshot = await theSnapshot(owner, name, context)
  const {topology} = await readStored(snapshot, context)
  return {
    kind: 'snapshot',
    title: `snapshot ${name} of lab ${owner}`,
    settings: topology.settings,
    ran: snapshot.manifest.nodes,
  }
}

function releaseOperand(name: string, {lab}: OperandOptions, {releases}: Rooms): SettledOperand {
  const release = findRelease(name, releases)
  return {
    kind: 'release',
    title: `release ${release.name}`,
    settings: {...releaseDefaults(release), lab, release: release.name},
  }
}

/** What a word stands for: a path, if it has a `/`; else a node, a lab, a file or folder. Throws where it stands for nothing, with what there is. */
export async function readOperand(word: string, options: OperandOptions, context: Rooms): Promise<Operand> {
  const [, kind, name = ''] = PREFIX.exec(word) ?? []
  if (kind === 'snapshot') return snapshotOperand(name, options, context)
  if (kind === 'release') return releaseOperand(name, options, context)
  const folder = async (): Promise<FolderOperand | undefined> => {
    const path = resolve(options.workingDirectory, word)
    return (await kindOf(path)) === undefined ? undefined : {kind: 'folder', title: word, path: word}
  }
  const found = word.includes('/')
    ? await folder()
    : ((await nodeOperand(word, options, context)) ?? (await labOperand(word, context)) ?? (await folder()))
  if (!found) throw await unknown(word, options, context)
  return found
}

async function nodeOperand(node: string, {lab}: OperandOptions, context: Rooms): Promise<SettledOperand | undefined> {
  const settings = await settingsOf(lab, context)
  if (!settings || !topologyOf(settings, context).nodes.some(({name}) => name === node)) return undefined
  return {kind: 'lab', title: `${node} of lab ${lab}`, settings, node}
}

async function labOperand(lab: string, context: Rooms): Promise<SettledOperand | undefined> {
  const settings = await settingsOf(lab, context)
  return settings && {kind: 'lab', title: `lab ${lab}`, settings}
}

/** Everything that could be meant. */
async function unknown(word: string, {lab}: OperandOptions, context: Rooms): Promise<LabError> {
  const settings = await settingsOf(lab, context).catch(() => undefined)
  const nodes = settings ? topologyOf(settings, context).nodes.map(({name}) => name) : []
  const labs = await context.data.labNames()
  const snapshots = await context.data.snapshots(lab).names()
  const known = [...nodes, ...labs, ...snapshots.map(name => `snapshot:${name}`)]
  const near = nearest(word, known)
  const line = (what: string, names: readonly string[]) => `${what}: ${names.join(', ') || 'none'}`
  return new LabError(
    'usage-invalid',
    `${JSON.stringify(word)} is not a node, a lab, a file or a folder${near === undefined ? '' : `; did you mean ${near}`}.`,
    {
      evidence: [
        line(`nodes of lab ${lab}`, nodes),
        line('labs', labs),
        line(
          `snapshots of lab ${lab}`,
          snapshots.map(name => `snapshot:${name}`),
        ),
        line(
          'releases',
          context.releases.map(({name}) => `release:${name}`),
        ),
      ],
      next: ['apim-lab diff --help'],
    },
  )
}
