import {LabError} from '../errors.js'
import {databaseSpec, loadBalancerSpec} from './infrastructure.js'
import {chooseServer} from './choose-server.js'
import {flowingLinks} from './flowing-links.js'
import {jvmEnvironment, memoryOf} from './jvm.js'
import {nearest} from './nearest.js'
import {openPortsOf} from './open-ports.js'
import {imageOf} from './product-image.js'
import {ownFiles} from './own-files.js'
import {withOffsets} from './port-offsets.js'
import type {ComponentSpec, DatabaseUse, Release} from './release.js'
import type {ComponentSettings, ConfigLayers, LabSettings, NodeSettings} from './settings.js'
import {LOAD_BALANCER, type Node, type OpenPort, type Topology} from './topology.js'

const isIn = (spec: ComponentSpec, settings: LabSettings) => !spec.analytics || settings.analytics

function replicasOf(spec: ComponentSpec, settings: LabSettings): number {
  if (!isIn(spec, settings)) return 0
  const asked = settings.components[spec.name]?.replicas ?? spec.replicas.usual ?? 1
  if (Number.isInteger(asked) && asked >= 0 && asked <= spec.replicas.max) return asked
  throw new LabError(
    'usage-invalid',
    `${spec.name} can have 0 to ${spec.replicas.max} nodes, got ${asked}: ${spec.replicas.reason}.`,
    {next: [`apim-lab up --scale ${spec.name}=${spec.replicas.max}`]},
  )
}

function isUsed(use: DatabaseUse, settings: LabSettings): boolean {
  if (use.when !== 'gateway-shared-db') return true
  return settings.gatewaySharedDb === 'auto' ? (use.auto ?? settings.multiTenancy) : settings.gatewaySharedDb
}

/** Overlays from the weakest to the strongest; a whole file of the node's own before its component's. */
function layersOf(
  spec: ComponentSpec,
  settings: LabSettings,
  own: ComponentSettings,
  node: NodeSettings,
): ConfigLayers {
  // The overlay for all is TOML's keys: a component that has others is not meant.
  const shared = spec.config.some(({format}) => format === 'toml') ? settings.overlay : undefined
  const config = node.config ?? own.config
  return {
    ...(config && {config}),
    overlays: [shared, own.overlay, node.overlay].filter(overlay => overlay !== undefined),
    remove: [settings, own, node].flatMap(({remove}) => remove ?? []),
  }
}

function nodesOf(
  spec: ComponentSpec,
  {count, image, numbered}: {readonly count: number; readonly image: string; readonly numbered: boolean},
  settings: LabSettings,
  {keyStore}: Pick<Release, 'keyStore'>,
): readonly Node[] {
  const own = settings.components[spec.name] ?? {}
  const {small} = settings
  const profile = spec.profile !== undefined && spec.command === undefined && {PROFILE_NAME: spec.profile}
  return Array.from({length: count}, (_, i) => {
    const name = numbered ? `${spec.name}-${i + 1}` : spec.name
    const single = Object.hasOwn(settings.nodes, name) ? settings.nodes[name]! : {}
    const both = {...own, ...single, environment: {...own.environment, ...single.environment}}
    return {
      name,
      component: spec.name,
      index: i + 1,
      spec,
      image: single.image ?? image,
      memoryMb: memoryOf(spec, both, small),
      environment: {...profile, ...spec.environment, ...both.environment, ...jvmEnvironment(spec, both, small)},
      ...(own.debugPort !== undefined && spec.jvm && {debugPort: own.debugPort + i}),
      logLevels: Object.entries(own.logLevels ?? {}).map(([logger, level]) => ({logger, level})),
      layers: layersOf(spec, settings, own, single),
      files: ownFiles(spec, own, single, {...keyStore, tls: settings.tls}),
      databases: spec.databases
        .filter(use => isUsed(use, settings))
        .map(({database, access, key}) => ({database, access, key})),
    }
  })
}

/** Throws `node-unknown` for a node that this lab does not have. */
function checkNodes(nodes: readonly Node[], settings: LabSettings): void {
  const names = nodes.map(({name}) => name)
  const unknown = Object.keys(settings.nodes).find(name => !names.includes(name))
  if (unknown === undefined) return
  const near = nearest(unknown, names)
  throw new LabError('node-unknown', `This lab has no node ${unknown}${near ? `; did you mean ${near}` : ''}.`, {
    evidence: [`It has ${names.join(', ')}.`],
    next: ['Correct nodes: in the lab file', 'apim-lab up --scale COMPONENT=NUMBER (makes more nodes)'],
  })
}

/** With a configuration of the user's own it is ready when its first port accepts: nothing is known of what it answers. */
function balancerSpec({loadBalancerImage, components}: LabSettings, [first]: readonly OpenPort[]): ComponentSpec {
  const isOwn = components[LOAD_BALANCER]?.config !== undefined
  return loadBalancerSpec(loadBalancerImage, isOwn && first ? {kind: 'tcp', port: first.port} : undefined)
}

/** The nodes, ports and links of a lab. Throws `usage-invalid` for replicas out of range and names that the release lacks, `node-unknown`. */
export function buildTopology(settings: LabSettings, unmoved: Release): Topology {
  const release = withOffsets(unmoved, settings)
  const server = chooseServer(release, settings)
  const known = [...release.components.map(({name}) => name), server.name, LOAD_BALANCER]
  const unknown = Object.keys(settings.components).find(name => !known.includes(name))
  if (unknown !== undefined) {
    const near = nearest(unknown, known)
    throw new LabError(
      'usage-invalid',
      `Release ${release.name} has no component ${unknown}${near ? `; did you mean ${near}` : ''}.`,
      {
        evidence: [`It has ${known.join(', ')}.`],
        next: ['apim-lab releases'],
      },
    )
  }
  if (settings.tls === 'product' && release.builtIn)
    throw new LabError(
      'usage-invalid',
      `Release ${release.name} has no certificates of its own: tls can only be lab.`,
      {
        next: ['apim-lab up --release 3.2.0', 'Remove tls: product from the lab file'],
      },
    )
  const silent = release.components.find(({name, logConfig}) => settings.components[name]?.logLevels && !logConfig)
  if (silent)
    throw new LabError('usage-invalid', `${silent.name} of release ${release.name} has no log levels to set.`, {
      next: ['Remove logLevels from the lab file', 'apim-lab up --release 3.2.0'],
    })
  const mute = release.components.find(({name, jvm}) => settings.components[name]?.correlationLogs && !jvm)
  if (mute)
    throw new LabError('usage-invalid', `${mute.name} of release ${release.name} has no correlation logs.`, {
      next: ['Remove correlationLogs from the lab file', 'apim-lab up --release 3.2.0'],
    })
  const counted = release.components.map(spec => ({spec, count: replicasOf(spec, settings)}))
  const present = counted.filter(({count}) => count > 0).map(({spec}) => spec)
  const has = (name: string) => present.some(spec => spec.name === name)
  const nodes = counted.flatMap(({spec, count}) =>
    nodesOf(spec, {count, image: imageOf(spec, release, settings), numbered: true}, settings, release),
  )
  checkNodes(nodes, settings)
  const openPorts = openPortsOf(present, settings, [...known, ...nodes.map(({name}) => name)])
  const infrastructure = [databaseSpec(server, settings[server.settings.image]), balancerSpec(settings, openPorts)]
  const flowing = flowingLinks(release.links, has)
  return {
    settings,
    release: {...release, links: flowing},
    server,
    nodes: [
      ...nodes,
      ...infrastructure.flatMap(spec =>
        nodesOf(spec, {count: 1, image: spec.image, numbered: false}, settings, release),
      ),
    ],
    openPorts,
    links: flowing.filter(link => has(link.client) && has(link.server)),
  }
}
