import {lookup} from 'node:dns/promises'
import {folderFacts, freeBytes, isFolder} from '../disk/folder-facts.js'
import {LabError} from '../errors.js'
import type {Engine, EngineInfo} from '../engine/engine.js'
import {LOAD_BALANCER, type Topology} from '../model/topology.js'
import {nodesOf} from '../plan/observed.js'
import {checkPorts} from './checks/check-ports.js'
import type {LabContext} from './context.js'
import * as check from './checks/doctor-checks.js'
import type {Check, ImageOrigin} from './checks/doctor-checks.js'
import {machineLoad} from '../http/machine-load.js'
import {addressesOf} from '../names/lookup.js'
import {hostsOf} from './hosts.js'
import {helperImage} from './images/image-source.js'
import {isBuilt, isOwn} from './images/lab-images.js'
import {resolveOffline, resolveWith, type LabRequest, type ResolvedLab} from './resolve/resolve-lab.js'

const REGISTRY_MS = 3000

/** Everything that a lab needs of this machine, each with its fix. A missing engine is a failed check, not an error. */
export async function doctor(request: LabRequest, context: LabContext): Promise<readonly Check[]> {
  const found = await findEngine(context)
  const resolved = await (found.engine ? resolveWith(found.engine, request, context) : resolveOffline(request, context))
  const {topology, folder, release} = resolved
  const {offline = false} = request
  const folderState = check.folderCheck(folder.path, await folderFacts(folder.path))
  if (!found.engine) {
    const disk = await diskOf(context.data.path, resolved, true)
    return [...found.checks, disk, await ports(undefined, topology), await hostNames(topology), folderState]
  }
  const {engine, info} = found
  const sources = await imageSources(engine, resolved, offline, context)
  const missing = [...sources.values()].some(source => source !== 'here')
  return [
    ...found.checks,
    check.passed('release', `${release.name} (${resolved.releaseReason})`),
    check.checkCpus(info, release.builtIn),
    check.loadCheck(machineLoad(), info),
    check.memoryCheck(topology, info),
    ...check.limitsCheck(info),
    await diskOf((await isFolder(info.dataFolder)) ? info.dataFolder : context.data.path, resolved, missing),
    check.imagesCheck(sources, release.builtIn, offline),
    check.architectureCheck(topology, info),
    await ports(engine, topology),
    await hostNames(topology),
    folderState,
  ]
}

type Found =
  | {readonly engine: Engine; readonly info: EngineInfo; readonly checks: readonly Check[]}
  | {readonly engine: undefined; readonly checks: readonly Check[]}

async function findEngine(context: LabContext): Promise<Found> {
  try {
    const engine = await context.engine()
    const info = await engine.info()
    return {
      engine,
      info,
      checks: [
        check.passed(
          'engine',
          `${info.engineName} ${info.engineVersion}${info.rootless ? ' (rootless)' : ''} on ${info.operatingSystem} at ${info.socket} (${info.source})`,
        ),
        check.passed('engine API', info.apiVersion),
      ],
    }
  } catch (error) {
    if (!(error instanceof LabError)) throw error
    const name = error.code === 'engine-too-old' ? 'engine API' : 'engine'
    return {engine: undefined, checks: [check.failedBy(name, error)]}
  }
}

async function diskOf(folder: string, {release}: ResolvedLab, imagesMissing: boolean): Promise<Check> {
  return check.diskCheck({freeBytes: await freeBytes(folder), folder, builtIn: release.builtIn, imagesMissing})
}

async function imageSources(
  engine: Engine,
  {topology, release}: ResolvedLab,
  offline: boolean,
  context: LabContext,
): Promise<ReadonlyMap<string, ImageOrigin>> {
  const isComponent = (component: string) => release.components.some(({name}) => name === component)
  const images = new Map(topology.nodes.map(({image, component}) => [image, isComponent(component)]))
  const helper = helperImage(context.version)
  const all = [...new Set([...images.keys(), helper])]
  const here = await engine.images.ids(all)
  const asked = all.find(image => !here.has(image) && !isOwn(image) && !isBuilt(image))
  const answers =
    asked !== undefined && !offline && (await engine.images.ask(asked, REGISTRY_MS, context.signal)) === 'has'
  const source = (image: string): ImageOrigin => {
    if (here.has(image)) return 'here'
    if (isOwn(image)) return 'build'
    if (isBuilt(image)) return 'nowhere'
    if (answers) return 'pull'
    return images.get(image) === true ? 'nowhere' : 'build'
  }
  return new Map(all.map(image => [image, source(image)]))
}

async function ports(engine: Engine | undefined, topology: Topology): Promise<Check> {
  const {address, lab} = topology.settings
  const wanted = [...new Set(topology.openPorts.map(({port}) => port))].join(', ')
  const balancer = engine && nodesOf(await engine.observe(lab)).find(({name}) => name === LOAD_BALANCER)
  if (balancer?.state === 'running')
    return check.passed('ports', `${wanted} of ${address} are this lab's own, it is up`)
  try {
    await checkPorts(engine ?? {publishedPorts: () => Promise.resolve([])}, topology)
    return check.passed('ports', `${wanted} of ${address} are free`)
  } catch (error) {
    return check.failedBy('ports', error)
  }
}

async function hostNames(topology: Topology): Promise<Check> {
  const [host] = hostsOf(topology).names
  if (host === undefined) return check.passed('host names', 'none is needed')
  return check.hostNamesCheck(host, await hostAddress(host), topology.settings.lab)
}

/**
 * Where this machine finds a name; undefined where it is unknown. The system's resolver knows more ways than the name server, but is
 * not asked where that one is silent: it would hold this command up for many seconds.
 */
async function hostAddress(host: string): Promise<string | 'silent' | undefined> {
  const found = await addressesOf(host).catch((error: NodeJS.ErrnoException) => error.code)
  if (Array.isArray(found)) return found[0]?.address
  if (found === 'EAI_AGAIN') return 'silent'
  return (await lookup(host).catch(() => undefined))?.address
}
