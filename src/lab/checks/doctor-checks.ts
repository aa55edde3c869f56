import type {FolderFacts} from '../../disk/folder-facts.js'
import {LabError, messageOf} from '../../errors.js'
import type {EngineInfo} from '../../engine/engine.js'
import {architectureOf} from '../../model/architecture.js'
import {MAKE_ROOM} from '../../model/disk-full.js'
import {isLoadHigh, loadText, type MachineLoad} from '../../model/load.js'
import type {Topology} from '../../model/topology.js'
import {checkMemory, memoryNeeded} from './check-memory.js'

export type CheckState = 'passed' | 'warned' | 'failed'

/** One thing that a lab needs of this machine, whether it is so, and what to do about it. */
export interface Check {
  readonly name: string
  readonly state: CheckState
  readonly detail: string
  readonly next: readonly string[]
}

const GIGABYTE = 1024 ** 3
const MEGABYTE = 1024 ** 2

export const passed = (name: string, detail: string): Check => ({name, state: 'passed', detail, next: []})
export const warned = (name: string, detail: string, next: readonly string[]): Check => ({
  name,
  state: 'warned',
  detail,
  next,
})
export const failed = (name: string, detail: string, next: readonly string[]): Check => ({
  name,
  state: 'failed',
  detail,
  next,
})

/** An error that the user can act on, as the check that found it. */
export function failedBy(name: string, error: unknown): Check {
  if (!(error instanceof LabError)) return failed(name, messageOf(error), [])
  // A message may already say what the evidence is.
  const evidence = error.evidence.filter(line => !error.message.includes(line))
  return failed(name, [error.message, ...evidence].join(' '), error.next)
}

/** Processors that a lab can do with. WSO2's JVMs start side by side, and each keeps one busy for a minute. */
const CPUS = {builtIn: 2, product: 4} as const

export function checkCpus({cpus}: Pick<EngineInfo, 'cpus'>, builtIn: boolean): Check {
  const wanted = builtIn ? CPUS.builtIn : CPUS.product
  if (cpus >= wanted) return passed('cpus', `${cpus}`)
  return warned('cpus', `${cpus}; with fewer than ${wanted} the nodes start slowly`, [
    builtIn ? 'Give the virtual machine of your Docker engine more CPUs' : 'apim-lab up --release mini',
    'apim-lab up --timeout 900',
  ])
}

/** How busy this machine is; an engine with other processors runs elsewhere, and its load is not known here. */
export function loadCheck(load: MachineLoad, {cpus}: Pick<EngineInfo, 'cpus'>): Check {
  const text = cpus === load.cpus ? loadText(load) : `${loadText(load)} of this machine; the engine has its own`
  if (!isLoadHigh(load)) return passed('load', text)
  return warned('load', `${text}: all takes longer, and time limits are longer too`, [
    'Stop what else keeps this machine busy (top shows it), or wait until it is done',
    'apim-lab up --timeout 900',
  ])
}

export function memoryCheck(topology: Topology, info: Pick<EngineInfo, 'memoryBytes'>): Check {
  try {
    checkMemory(topology, info)
    const has = Math.floor(info.memoryBytes / MEGABYTE)
    return passed(
      'memory',
      `${topology.nodes.length} nodes may use ${memoryNeeded(topology)} MB, the engine has ${has} MB`,
    )
  } catch (error) {
    return error instanceof LabError ? failed('memory', error.message, error.next) : failedBy('memory', error)
  }
}

/** Room for databases and logs, and for images that are still to come. */
const DISK = {lab: 1, builtInImages: 1, productImages: 8} as const

export function diskCheck(facts: {
  readonly freeBytes: number
  readonly folder: string
  readonly builtIn: boolean
  readonly imagesMissing: boolean
}): Check {
  const free = Math.floor(facts.freeBytes / GIGABYTE)
  const images = facts.builtIn ? DISK.builtInImages : DISK.productImages
  const wanted = DISK.lab + (facts.imagesMissing ? images : 0)
  const detail = `${free} GB free at ${facts.folder}, about ${wanted} GB are needed`
  if (facts.freeBytes < GIGABYTE / 2) return failed('disk', detail, MAKE_ROOM)
  return free >= wanted ? passed('disk', detail) : warned('disk', detail, MAKE_ROOM)
}

export function architectureCheck(topology: Topology, {architecture}: Pick<EngineInfo, 'architecture'>): Check {
  const own = architectureOf(architecture)
  const foreign = topology.nodes.find(({spec: {platform}}) => platform !== undefined && platform !== `linux/${own}`)
  if (!foreign) return passed('architecture', own)
  const detail = `${own}; ${foreign.image} is there for ${foreign.spec.platform} only and runs emulated, several times slower`
  return warned('architecture', detail, ['apim-lab up --release mini', 'apim-lab up --timeout 900'])
}

/** Without control groups an engine takes limits and does not keep them. */
export function limitsCheck({limits, rootless}: Pick<EngineInfo, 'limits' | 'rootless'>): readonly Check[] {
  if (limits) return []
  const detail = 'this engine has no control groups: nodes may use all memory, and status does not tell what they use'
  const way = 'Start it through systemd on a machine with cgroup v2; the engine tells how it is now:'
  return [warned('limits', detail, [...(rootless ? [way] : []), 'docker info --format {{.CgroupDriver}}'])]
}

export type ImageOrigin = 'here' | 'pull' | 'build' | 'nowhere'

export function imagesCheck(sources: ReadonlyMap<string, ImageOrigin>, builtIn: boolean, offline: boolean): Check {
  const of = (source: ImageOrigin) => [...sources].filter(([, from]) => from === source).map(([image]) => image)
  const told = (text: string, images: readonly string[]) => (images.length > 0 ? [`${text}: ${images.join(', ')}`] : [])
  const [here, pull, build, nowhere] = [of('here'), of('pull'), of('build'), of('nowhere')]
  const detail = [
    ...told('unavailable', nowhere),
    ...told('will be pulled', pull),
    ...told("will be built from the distribution's packages", build),
    ...told('on this engine', here),
  ].join('; ')
  if (nowhere.length === 0) return passed('images', detail)
  return failed('images', `${detail}${offline ? ' (no registry was asked)' : ''}`, [
    ...(offline ? ['apim-lab doctor (asks the registry)'] : [`docker pull ${nowhere[0]}`]),
    'apim-lab images load images.tar',
    ...(builtIn ? [] : ['apim-lab up --release mini']),
  ])
}

export function hostNamesCheck(host: string, address: string | 'silent' | undefined, lab: string): Check {
  if (address !== undefined && address !== 'silent') return passed('host names', `${host} is ${address}`)
  const why =
    address === 'silent'
      ? 'is not in the hosts file, and the name server does not answer'
      : "is unknown to this machine's resolver"
  const detail = `${host} ${why}; browsers and curl find it all the same, other programs don't`
  return warned('host names', detail, [`apim-lab hosts --lab ${lab} | sudo tee -a /etc/hosts`])
}

const OTHERS = 0o077

export function folderCheck(path: string, {exists, mode = 0, writable}: FolderFacts): Check {
  if (!writable) return failed('lab folder', `${path} can't be written to`, [`sudo chown -R "$USER" ${path}`])
  if (!exists) return passed('lab folder', `${path} will be made`)
  if ((mode & OTHERS) === 0) return passed('lab folder', path)
  const detail = `${path} is open to other users of this machine (mode ${mode.toString(8)}), and passwords are in it`
  return warned('lab folder', detail, [`chmod 700 ${path}`])
}
