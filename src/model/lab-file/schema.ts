import * as z from 'zod'
import * as leaf from './leaves.js'

const block = <S extends z.core.$ZodLooseShape>(shape: S) =>
  z.strictObject(shape, {error: issue => (issue.code === 'invalid_type' ? 'expected a block of keys' : undefined)})

const memory = leaf.memory.describe('Memory of each node: 512m, 2g, or a number of MB. Default: what the release says')
const environment = leaf.environment.describe(
  'Environment variables; numbers and booleans are passed as they are written',
)

const layers = {
  overlay: leaf.overlayPath
    .describe('TOML file, relative to the lab file, that is merged over the rendered configuration')
    .optional(),
  remove: leaf.keyPaths.describe('Key paths that the configuration shall not have, such as apim.event_hub').optional(),
}

const node = {
  memory: memory.optional(),
  environment: environment.optional(),
  image: leaf.image.describe("Image to run instead of the release's own").optional(),
  ...layers,
  config: leaf.configPath
    .describe('File, relative to the lab file, that stands in place of the rendered configuration')
    .optional(),
  files: z
    .record(leaf.containerPath, leaf.configPath, leaf.expected('a block of /PATH/IN/THE/CONTAINER: FILE'))
    .describe('Files, relative to the lab file, by the absolute path that they are mounted at, read-only')
    .optional(),
}

const component = {
  replicas: leaf.replicas.describe('Number of nodes; 0 leaves the component out. Default: 1').optional(),
  release: leaf.releaseName
    .describe('Its nodes are of another release: image, home, configuration. The schema stays the release of the lab')
    .optional(),
  offset: leaf.nodeOffset
    .describe('Moves all ports that its nodes listen on: server.offset of the product. Default: 0')
    .optional(),
  ...node,
  heap: leaf.memory
    .describe("Heap of each node's JVM: 512m, 2g, or a number of MB. Default: what the release says")
    .optional(),
  debugPort: leaf.port
    .describe("Port of this machine on which the first node's JVM takes a debugger; the next node's is one higher")
    .optional(),
  logLevels: leaf.logLevels
    .describe('Log levels by logger, such as org.wso2.carbon.apimgt.gateway: DEBUG. Default: what the image has')
    .optional(),
  patches: leaf.jars
    .describe('JAR files, relative to the lab file, that replace what the product ships: patch9999')
    .optional(),
  dropins: leaf.jars.describe('JAR files, relative to the lab file, beside what the product ships').optional(),
  correlationLogs: leaf.flag.describe('Whether the product writes correlation logs. Default: false').optional(),
  keyStore: leaf.configPath
    .describe("Key store, relative to the lab file, in place of the lab's; an overlay says its password")
    .optional(),
  trustStore: leaf.configPath
    .describe("Trust store, relative to the lab file, in place of the lab's; an overlay says its password")
    .optional(),
  certificate: leaf.certificate
    .describe('untrusted: its nodes have a certificate that no other node trusts, as PKIX errors need it. Default: lab')
    .optional(),
}

const gateway = {
  sharedDb: leaf.sharedDb
    .describe('Whether gateways use shareddb; auto: only with multi-tenancy. Default: auto')
    .optional(),
}

const ports = {
  address: leaf.address
    .describe('IP address of this machine that ports are published on. Default: 127.0.0.1')
    .optional(),
  offset: leaf.portOffset.describe('Added to every published port, 0 to 50000. Default: 0').optional(),
  public: leaf.publicPort
    .describe("Port that browsers use for HTTPS, such as 443, before the offset. Default: the product's own ports")
    .optional(),
}

const mysql = {
  image: leaf.image.describe('Default: mysql:8.0').optional(),
  charset: leaf.charset.describe('Character set that the databases are made with. Default: latin1').optional(),
  collation: leaf.collation
    .describe("Collation that the databases are made with. Default: the character set's own")
    .optional(),
  sqlMode: leaf.sqlMode.describe("SQL mode of the server; empty forbids nothing. Default: the server's own").optional(),
  config: leaf.configPath
    .describe("File in my.cnf's format, relative to the lab file, that the server reads after the lab's own")
    .optional(),
  driver: leaf.driver
    .describe(
      'JDBC driver: a JAR file, relative to the lab file, or image where the images have one. Default: downloaded once',
    )
    .optional(),
  memory: memory.optional(),
  environment: environment.optional(),
}

const loadBalancer = {
  image: leaf.image.describe('Default: nginx:1.28').optional(),
  hosts: leaf.hosts
    .describe('each: every component has a host name of its own; one: all share one, and paths tell. Default: each')
    .optional(),
  host: leaf.host.describe('The one host name, with hosts: one. Default: <lab>.<domain>').optional(),
  config: leaf.configPath
    .describe('nginx.conf, relative to the lab file, that stands in place of the rendered one')
    .optional(),
  memory: memory.optional(),
}

const images = {
  registry: leaf.registry.describe("Registry of WSO2's images. Default: the release's own").optional(),
  tag: leaf.tag.describe("Tag of WSO2's images: 3.2.0.14. Default: the release's own").optional(),
  build: leaf.build
    .describe(
      "Images that were built here with `images build --from`: newest, an update level, or the first digits of the zip's SHA-256. Default: none",
    )
    .optional(),
  variant: leaf.variant.describe('Added to the tag: alpine, centos or rocky').optional(),
}

/** Any text here: which names are right depends on the releases, so it is checked where those are known. */
export const componentName = z.string()
const nodeName = z.string()

const labFile = {
  name: leaf.labName.describe('Name of the lab; part of container and host names. Default: apim').optional(),
  release: leaf.releaseName
    .describe('Release to run: see `apim-lab releases`. Default: 3.2.0 where its images can be had, else mini')
    .optional(),
  domain: leaf.domain.describe('Host names are <component>.<lab>.<domain>. Default: localhost').optional(),
  analytics: leaf.flag.describe('Whether the analytics components are part of the lab. Default: true').optional(),
  multiTenancy: leaf.flag.describe('Whether the lab is used with several tenants. Default: false').optional(),
  gateway: block(gateway).nullable().describe('What concerns all gateways together').optional(),
  images: block(images).nullable().describe("Where WSO2's images come from").optional(),
  tls: leaf.tls
    .describe(
      "Whose certificates the nodes have: lab, or product (those in WSO2's images, expired in 2022). Default: lab",
    )
    .optional(),
  small: leaf.flag.describe('Less memory for each JVM: slower, and large APIs may not fit. Default: false').optional(),
  ports: block(ports).nullable().describe('Where the lab can be reached').optional(),
  mysql: block(mysql).nullable().describe('The database server').optional(),
  loadBalancer: block(loadBalancer).nullable().describe('The load balancer, nginx').optional(),
  components: z
    .record(componentName, block(component).nullable(), leaf.expected('a block of components'))
    .nullable()
    .describe('Settings of each component, by its name')
    .optional(),
  nodes: z
    .record(nodeName, block(node).nullable(), leaf.expected('a block of nodes'))
    .nullable()
    .describe("Settings of single nodes, by name such as gateway-2: stronger than their component's")
    .optional(),
  ...layers,
}

/** The lab file. Blocks without content are allowed: they are what remains when all their keys are commented out. */
export const labFileSchema = block(labFile)

export type LabFileContent = z.infer<typeof labFileSchema>

const BLOCKS: Readonly<Record<string, readonly string[]>> = {
  gateway: Object.keys(gateway),
  images: Object.keys(images),
  ports: Object.keys(ports),
  mysql: Object.keys(mysql),
  loadBalancer: Object.keys(loadBalancer),
}

/** Keys of a component's block. */
export const COMPONENT_KEYS: readonly string[] = Object.keys(component)

/** Blocks by name, and the keys of each. */
const NAMED: Readonly<Record<string, readonly string[]>> = {components: COMPONENT_KEYS, nodes: Object.keys(node)}

/** The keys that may stand at a place of the lab file. */
export function keysAt(path: readonly PropertyKey[]): readonly string[] {
  const [first] = path
  if (first === undefined) return Object.keys(labFile)
  return NAMED[String(first)] ?? BLOCKS[String(first)] ?? []
}
