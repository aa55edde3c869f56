import type {DatabaseServerSpec} from './database-server.js'
import {DATABASE} from './roles.js'
import type {ComponentSpec, LinkSpec, PortSpec, Release} from './release.js'
import type {ConfigLayers, LabSettings, MountedFile} from './settings.js'

/** One running instance of a component: compose service, host name, DNS alias and log prefix alike. */
export interface Node {
  readonly name: string
  readonly component: string
  readonly index: number
  readonly spec: ComponentSpec
  readonly image: string
  readonly memoryMb: number
  readonly environment: Readonly<Record<string, string>>
  readonly logLevels: readonly {readonly logger: string; readonly level: string}[]
  /** Port of this machine that a debugger connects to. */
  readonly debugPort?: number
  /** What is laid over its rendered configuration. */
  readonly layers: ConfigLayers
  /** The user's own files in its container. */
  readonly files: readonly {readonly target: string; readonly file: MountedFile}[]
  /** Databases that this node uses in this lab. */
  readonly databases: readonly {readonly database: string; readonly access: 'all' | 'read'; readonly key: string}[]
}

/** A port of the load balancer: listened on and published alike, so one URL is right everywhere. */
export interface OpenPort {
  readonly component: string
  readonly hostName: string
  readonly spec: PortSpec
  /** With the lab's offset. */
  readonly port: number
  /** Prefixes of the paths that lead there, `/` for all others; empty: nobody else is on this host name and port. */
  readonly paths: readonly string[]
}

export interface Topology {
  readonly settings: LabSettings
  readonly release: Release
  readonly server: DatabaseServerSpec
  /** Components' nodes, then those of the database server and the load balancer. */
  readonly nodes: readonly Node[]
  readonly openPorts: readonly OpenPort[]
  /** The release's links between components that are in this lab. */
  readonly links: readonly LinkSpec[]
}

export const LOAD_BALANCER = 'load-balancer'
export const SCHEMA = 'schema'
/** Where a node's JVM listens for a debugger, inside its container. */
export const DEBUG_PORT = 5005

/** Whether a node is the lab's database server. */
export const isDatabase = ({spec}: Pick<Node, 'spec'>): boolean => spec.role === DATABASE

/** Where the lab's database server is. */
export const databasePlace = ({server}: Pick<Topology, 'server'>): {readonly host: string; readonly port: number} => ({
  host: server.name,
  port: server.port,
})
