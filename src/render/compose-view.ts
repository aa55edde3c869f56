import {basename} from 'node:path/posix'
import {copyPath} from '../model/copy-path.js'
import {LABELS} from '../model/labels.js'
import {containerName, NETWORKS, resourceName} from '../model/names.js'
import {DEBUG_PORT, isDatabase, LOAD_BALANCER, SCHEMA, type Node, type Topology} from '../model/topology.js'
import type {DatabaseServerSpec} from '../model/database-server.js'
import {DATABASE} from '../model/roles.js'
import {scriptsOf} from '../model/mix-releases.js'
import {releaseImageOf} from '../model/product-image.js'
import {healthTest} from './health-test.js'
import {ownMounts} from './node-files.js'

interface VolumeView {
  readonly type: 'bind' | 'volume'
  readonly source: string
  readonly target: string
  readonly read_only: boolean
}

/** The JDBC driver that nodes get, as it lies in the lab folder. */
export interface DriverView {
  readonly file: string
  readonly sha256: string
}

/** What a lab's compose file depends on besides its topology. */
export interface ComposeOptions {
  /** What nodes whose image has no JDBC driver get. */
  readonly driver?: DriverView
  /** The engine checks health more often while a node starts, and takes a file that says so. */
  readonly startInterval?: boolean
}

interface Extra {
  readonly entrypoint?: readonly string[]
  readonly command?: readonly string[]
  readonly environment?: Readonly<Record<string, string>>
  readonly volumes: readonly VolumeView[]
}

/** What WSO2's images copy over their home at start, after the configuration volume (docker-apim, all 3.x branches). */
const ARTIFACT_VOLUME = '/home/wso2carbon/wso2-artifact-volume'

/** The first IPv4 name server of the container, as nginx is told it: others may be ones that know no node. */
const NAME_SERVER =
  "sed -n 's/^nameserver \\([0-9.]\\{7,\\}\\).*/resolver \\1 valid=1s ipv6=off;/p' /etc/resolv.conf | head -n 1 > /tmp/resolver.conf"

const bind = (source: string, target: string): VolumeView => ({type: 'bind', source, target, read_only: true})
const volume = (source: string, target: string): VolumeView => ({type: 'volume', source, target, read_only: false})

function serverExtra({name, container}: DatabaseServerSpec): Extra {
  const {entrypoint, command, environment, folder, alsoAt, data, scripts} = container
  return {
    entrypoint,
    command,
    environment,
    volumes: [
      bind(`./config/${name}`, folder),
      ...Object.entries(alsoAt).map(([path, target]) => bind(`./config/${name}/${path}`, target)),
      volume(name, data),
      volume(SCHEMA, scripts),
    ],
  }
}

const BALANCER_EXTRA: Extra = {
  // A killed nginx leaves its sockets behind, and would not start on them again. Only the container knows its engine's name server.
  entrypoint: ['sh', '-c', `rm -f /tmp/*.sock && ${NAME_SERVER} && exec nginx "$@"`, 'nginx'],
  command: ['-c', '/etc/apim-lab/nginx.conf', '-g', 'daemon off;'],
  volumes: [],
}

/** The scripts lie in a folder of the image's user, who may be the only one to read it. */
const SCHEMA_CAPABILITIES = ['DAC_OVERRIDE']

/** Where the lab's wrapper around an image's entrypoint is mounted. */
const RUN_FOLDER = '/etc/apim-lab'

/** A node's named volumes: what of it outlives its container. */
const stateOf = ({name, spec}: Node) =>
  (spec.statePaths ?? []).map(({key, path}) => ({source: `${name}-${key}`, target: path}))

/** The wrapper that hands a stop signal to the product's stop script; see templates/run.sh.hbs. */
const isWrapped = ({spec}: Node) => spec.stopCommand !== undefined

function mountsOf(node: Node, topology: Topology, driver: DriverView | undefined): VolumeView[] {
  const {driverFolder} = node.spec
  return [
    ...ownMounts(node, topology).map(({source, target}) => bind(`./${source}`, target)),
    ...(isWrapped(node) ? [bind(`./config/run/${node.component}`, RUN_FOLDER)] : []),
    ...(driver && driverFolder !== undefined && node.databases.length > 0
      ? // The file alone: the user's own JARs may lie beside it.
        [bind(`./artifacts/driver/${driver.file}`, `${ARTIFACT_VOLUME}/${driverFolder}/${driver.file}`)]
      : []),
    ...node.files.map(({target, file}) => bind(`./${copyPath(file.sha256, basename(file.path))}`, target)),
    ...stateOf(node).map(({source, target}) => volume(source, target)),
  ]
}

const unique = <T>(values: readonly T[]): T[] => [...new Set(values)]

function aliasesOf(node: Node, topology: Topology): string[] {
  const own = unique([node.name, node.component])
  return node.component === LOAD_BALANCER ? [...own, ...unique(topology.openPorts.map(({hostName}) => hostName))] : own
}

function networksOf(node: Node, topology: Topology) {
  const names: string[] = []
  if (!isDatabase(node)) names.push(NETWORKS.lab)
  if (isDatabase(node) || node.databases.length > 0) names.push(NETWORKS.db)
  return names.map(name => ({name, aliases: aliasesOf(node, topology)}))
}

function dependsOf(node: Node, topology: Topology) {
  return node.spec.gates.flatMap(gate =>
    gate.on === SCHEMA
      ? [{on: SCHEMA, reason: gate.reason, condition: 'service_completed_successfully', optional: true}]
      : topology.nodes
          .filter(({component, spec}) => component === gate.on || spec.role === gate.on)
          .map(peer => ({on: peer.name, reason: gate.reason, condition: 'service_healthy', optional: false})),
  )
}

/** What compose.yaml tells the planner of a node, besides its gates. */
function labelsOf(node: Node, {server}: Topology) {
  const labels = {
    ...(node.spec.gates.some(({until}) => until === 'schema') && {[LABELS.waitsFor]: 'schema'}),
    ...(isDatabase(node) && {
      [LABELS.schemaLog]: server.schemaLog,
      [LABELS.starts]: 'first',
      [LABELS.stops]: 'last',
    }),
  }
  return Object.entries(labels).map(([name, value]) => ({name, value}))
}

function portsOf(node: Node, {openPorts, settings}: Topology) {
  if (node.name === LOAD_BALANCER)
    return unique(openPorts.map(({port}) => port)).map(port => ({
      target: port,
      published: port,
      address: settings.address,
    }))
  // Whoever reaches a debugger's port owns the process: never further than this machine.
  return node.debugPort === undefined ? [] : [{target: DEBUG_PORT, published: node.debugPort, address: '127.0.0.1'}]
}

/** What a node has because of what it is. */
function extraOf(node: Node, {server}: Topology): Extra {
  if (isDatabase(node)) return serverExtra(server)
  if (node.component === LOAD_BALANCER) return BALANCER_EXTRA
  const debug = (node.debugPort !== undefined && node.spec.jvm?.debugArguments) || []
  const command = [...(node.spec.command ?? []), ...debug]
  return {
    ...(isWrapped(node) && {entrypoint: ['bash', `${RUN_FOLDER}/run.sh`], command: []}),
    ...(command.length > 0 && {command}),
    volumes: [],
  }
}

function nodeView(node: Node, topology: Topology, {driver, startInterval = false}: ComposeOptions) {
  const extra = extraOf(node, topology)
  const environment = {...extra.environment, ...node.environment}
  return {
    name: node.name,
    component: node.component,
    role: node.spec.role ?? '',
    image: node.image,
    platform: node.spec.platform ?? '',
    container: containerName(topology.settings.lab, node.name),
    entrypoint: extra.entrypoint ?? null,
    // An empty one too: it is what replaces the image's own beside another entrypoint.
    has_command: extra.command !== undefined,
    command: extra.command ?? null,
    environment: Object.entries(environment).map(([name, value]) => ({name, value})),
    networks: networksOf(node, topology),
    ports: portsOf(node, topology),
    volumes: [...mountsOf(node, topology, driver), ...extra.volumes],
    depends_on: dependsOf(node, topology),
    health: {
      test: healthTest(node.spec.probes, node.spec.health.timeoutSeconds),
      interval: node.spec.health.intervalSeconds,
      timeout: node.spec.health.timeoutSeconds,
      retries: node.spec.health.retries,
      start_period: node.spec.health.startPeriodSeconds,
      start_interval: startInterval ? node.spec.health.startIntervalSeconds : 0,
    },
    labels: labelsOf(node, topology),
    memory: node.memoryMb,
    capabilities: node.spec.capabilities ?? [],
    stop_grace: node.spec.stopGraceSeconds,
  }
}

/** The image that has the schema scripts: the release's own, whatever its component runs. */
export function schemaOwner({release, settings}: Topology): {image: string; platform: string; home: string} {
  const spec = scriptsOf(release)
  if (!spec) throw new Error(`release ${release.name} names no component that has its schema scripts`)
  return {image: releaseImageOf(spec, release, settings), platform: spec.platform ?? '', home: spec.home}
}

/** What templates/compose.yaml.hbs is given. */
export function composeView(topology: Topology, folder: string, options: ComposeOptions = {}) {
  const {lab} = topology.settings
  const {image, platform} = schemaOwner(topology)
  const {name: server} = topology.server
  return {
    lab,
    folder,
    release: topology.release.name,
    schema: {
      image,
      platform,
      container: containerName(lab, SCHEMA),
      capabilities: SCHEMA_CAPABILITIES,
      for: topology.server.title,
    },
    nodes: topology.nodes.map(node => nodeView(node, topology, options)),
    networks: Object.values(NETWORKS).map(key => ({
      key,
      name: resourceName(lab, key),
      internal: key === NETWORKS.db,
    })),
    volumes: [server, SCHEMA, ...topology.nodes.flatMap(node => stateOf(node).map(({source}) => source))].map(key => ({
      key,
      name: resourceName(lab, key),
      role: key === server ? DATABASE : '',
    })),
  }
}
