import type {ConfigRules} from '../config/rules.js'
import type {DatabaseServerSpec} from './database-server.js'
import type {DistributionSpec} from './distribution.js'
import type {LogFormat} from './log-format.js'
import type {HealthTiming, Probe} from './probe.js'
import type {Role} from './roles.js'
import type {Provided} from './services.js'
import type {LabSettings} from './settings.js'
import type {WalkSpec} from './walk.js'

/** A component's name, as the release calls it: `gateway`. The model knows no component by name. */
export type ComponentName = string

export type PortProtocol = 'https' | 'http' | 'tls' | 'tcp' | 'ws' | 'wss' | 'sql'

export interface PortSpec {
  readonly port: number
  /** The product's own port, where an offset of the node moves it. */
  readonly standard?: number
  readonly protocol: PortProtocol
  readonly purpose: string
  /** Open to users, through the load balancer. */
  readonly open?: boolean
  /** Behind the load balancer a browser stays with one node: its session lives there. */
  readonly sticky?: boolean
  /** What comes over it is passed on as it comes, of any size: calls of the users' own APIs, which the lab has no say in. */
  readonly streams?: boolean
  /** Prefixes of the paths that are this component's where several share a host name and port; the first is where a user begins. */
  readonly paths?: readonly string[]
}

export type Access = 'all' | 'read'

export interface DatabaseSpec {
  readonly name: string
  /** Folder inside the product's home that has a script of each server which makes its tables; none: the component makes them itself at run time. */
  readonly scripts?: string
  /** The component whose image has the script. */
  readonly scriptOf?: ComponentName
}

export interface DatabaseUse {
  readonly database: string
  readonly access: Access
  /** Where the component's own configuration has the connection (see ConfigAddress). */
  readonly key: string
  /** Used only then; without it, always. */
  readonly when?: 'gateway-shared-db'
  /** What `auto` of that setting means in this release; without it, that it is used where there are several tenants. */
  readonly auto?: true
}

export interface ConfigFile {
  /** Below templates/, without `.hbs`. */
  readonly template: string
  /** Absolute, inside the container: where the lab mounts it. */
  readonly target: string
  /** Absolute, inside the container: where the component reads it. */
  readonly readAt: string
  readonly format: 'toml' | 'yaml' | 'nginx'
}

export interface Gate {
  /** A component, or a role. */
  readonly on: string
  readonly reason: string
  /** What is waited for; without it, that all probes pass. `schema`: that the database server has run its schema scripts, now or long ago. */
  readonly until?: 'schema'
}

/** A folder inside the container whose content must outlive it: a named volume of each node. */
export interface StatePath {
  /** Part of the volume's name: `synapse-configs`. */
  readonly key: string
  /** Absolute, inside the container. */
  readonly path: string
  readonly purpose: string
}

/** What a component writes inside its container that no snapshot has. */
export interface RemadePath {
  /** Below its home. */
  readonly path: string
  /** Why nothing is lost with it. */
  readonly reason: string
}

/** How a component's JVM is told what it may use. */
export interface JvmSpec {
  /** The variable that its start script takes heap options from; later options win. */
  readonly variable: 'JVM_MEM_OPTS' | 'JAVA_OPTS'
  readonly heapMb: number
  /** With --small. */
  readonly smallHeapMb: number
  /** JDK 8 takes `address=5005` for all interfaces, later ones `address=*:5005`. */
  readonly debugAddress: '' | '*:'
  /** The start script's own arguments for a debugger, where the variable would reach other JVMs too: the server waits for the debugger. */
  readonly debugArguments?: readonly string[]
  /** What the tools of its JDK know the server by: other JVMs in the container have other names. */
  readonly mainClass: string
  /** Where the image has those tools, if its JAVA_HOME does not tell. */
  readonly tools: string
}

export interface ComponentSpec {
  readonly name: ComponentName
  /** Of what is no component of the release. */
  readonly role?: Role
  /** The release that it is of, where that is not the lab's. */
  readonly release?: string
  /** Its configuration mapper's, if it is another one than that of the lab's release. */
  readonly rules?: ConfigRules
  readonly title: string
  readonly image: string
  readonly platform?: string
  /** Value of PROFILE_NAME. */
  readonly profile?: string
  /** What its image is told in the environment, besides the profile. */
  readonly environment?: Readonly<Record<string, string>>
  /** What its templates are told of the release, where several releases share them. */
  readonly forms?: Readonly<Record<string, string | boolean>>
  readonly serverRole?: string
  /** What people call it in names of files, folders and hosts, besides its own name and its profile: `gw`. */
  readonly alsoCalled?: readonly string[]
  /** Arguments of the image's entrypoint: `-Dprofile=gateway-worker` where it does not know PROFILE_NAME. */
  readonly command?: readonly string[]
  readonly statePaths?: readonly StatePath[]
  readonly remade?: readonly RemadePath[]
  /** Run inside the container before it is stopped: its first process hands no signal on. */
  readonly stopCommand?: readonly string[]
  /** Folder that the image copies over its home at start, where the JDBC driver is placed; absent: it needs none placed. */
  readonly driverFolder?: string
  /** Folders that the image copies over its home at start, for the user's own JARs: in place of shipped ones, and beside them. */
  readonly partFolders?: {readonly patches: string; readonly dropins: string}
  /** The same, of a release whose images have a driver: for one that has none after all. */
  readonly spareDriverFolder?: string
  readonly jvm?: JvmSpec
  /** Where the component reads its log levels, absolute, inside the container. */
  readonly logConfig?: {readonly path: string; readonly format: 'properties' | 'xml'}
  /** The file that its correlation logs go to, absolute, inside the container. Absent: they are in its log. */
  readonly correlationLog?: string
  /** How the lines of its log tell how bad they are. */
  readonly logFormat?: LogFormat
  /** The product's home inside the container. */
  readonly home: string
  readonly ports: readonly PortSpec[]
  /** What it can be asked for, and on which of its ports. */
  readonly provides?: Provided
  /** One number in its configuration moves all its ports. */
  readonly movable?: true
  readonly databases: readonly DatabaseUse[]
  /** Databases of the others that it must not have, by the key of the connection. */
  readonly foreignDatabases?: readonly {readonly key: string; readonly why: string}[]
  /** Files of the embedded databases, below the home. */
  readonly localDatabases: readonly string[]
  readonly config: readonly ConfigFile[]
  /** Folder inside the container that the lab mounts the node's own files on; the targets of `config` lie below it. */
  readonly configMount?: string
  /** Folder below configMount that receives the lab's key store and trust store. */
  readonly securityFolder?: string
  /** Started only after these are ready. */
  readonly gates: readonly Gate[]
  readonly probes: readonly Probe[]
  readonly health: HealthTiming
  readonly readyWithinSeconds: number
  readonly replicas: {
    readonly max: number
    readonly reason: string
    /** Nodes where nobody says how many; without it, 1. 0: other components do its work unless it is asked for. */
    readonly usual?: 0
  }
  /** What a second node does not get, shown by `status`. */
  readonly secondNode?: string
  /** Part of analytics: left out with `analytics: false`. */
  readonly analytics?: boolean
  readonly memoryMb: number
  readonly stopGraceSeconds: number
  /** Linux capabilities that the image's first process needs; all others are dropped. */
  readonly capabilities?: readonly string[]
}

/** A column that has URLs in its values. */
export interface StoredUrls {
  readonly database: string
  readonly table: string
  readonly column: string
  readonly what: string
}

export type LinkUse = 'used' | 'browser' | 'unused'

/**
 * Where a client's own configuration has the address of a link: a file of the component and a key path in it.
 * `[]` walks an array of tables, `[name=X]` picks its table.
 */
export interface ConfigAddress {
  readonly key: string
  /**
   * What name is written there: every server node's own, the name that all nodes of the server share, the one that browsers
   * use, or the client itself.
   */
  readonly names: 'node' | 'component' | 'browser'
  /** The product appends the name of a service to it, in all places or in some: it ends with `/services/`. */
  readonly services?: 'always' | 'mostly'
  /** The array has tables for other purposes too: one of them is the link's. */
  readonly among?: true
  /** Of a component's own nodes: the client itself is among them, not the others alone. */
  readonly itself?: true
}

export type LinkProbe = 'https' | 'http' | 'tls' | 'greeting' | 'ws'

export interface LinkSpec {
  readonly client: ComponentName
  readonly server: ComponentName
  readonly port: number
  /** The product's own port, where an offset of the server moves it. */
  readonly standard?: number
  readonly purpose: string
  readonly use: LinkUse
  /** It is there only in a lab without this component, whose work its server does then. */
  readonly without?: ComponentName
  /** Where the fact was read. */
  readonly source: string
  readonly address?: ConfigAddress
  readonly probe: LinkProbe
  /** Asked by an https or http probe; any HTTP answer is an answer. */
  readonly path?: string
}

export interface KeyStoreSpec {
  readonly type: 'PEM' | 'JKS'
  readonly file: string
  readonly trustFile: string
  /** Where the product takes no other; else random per lab. */
  readonly password?: string
}

/** The first bytes of a protocol on a plain TCP port: what the client says, and what the server's answer begins with. */
export interface Greeting {
  readonly say: string
  readonly expect: string
}

/** Everything that differs between releases, as data. */
export interface Release {
  readonly name: string
  readonly title: string
  /** Built here from the distribution's packages when no registry has its images. */
  readonly builtIn: boolean
  /** About how much its images are to pull, in MB; an estimate for the question that `up` asks. */
  readonly pullMb?: number
  /** The day of its tag in product-apim, as YYYY-MM-DD; absent: it has none that is public. */
  readonly released?: string
  /** What we never did: run it on WSO2's own images. */
  readonly unconfirmed?: string
  readonly components: readonly ComponentSpec[]
  /** Whose image has the schema scripts, where the component that `databases` name has another one in this lab. */
  readonly scripts?: ComponentSpec
  /** The zips that images of it can be built from; none of the built-in release. */
  readonly distributions: readonly DistributionSpec[]
  readonly databases: readonly DatabaseSpec[]
  /** Database servers that it can be used with, the usual one first. */
  readonly servers: readonly [DatabaseServerSpec, ...DatabaseServerSpec[]]
  /** Why it can't be used with others. */
  readonly serversReason: string
  /** Where its databases have URLs of the lab that browsers use: they change with the lab's name and ports. */
  readonly storedUrls: readonly StoredUrls[]
  readonly links: readonly LinkSpec[]
  readonly keyStore: KeyStoreSpec
  /** What its configuration mapper does with a deployment.toml. */
  readonly config: ConfigRules
  /** Settings that are another value by default than in other releases. */
  readonly usual?: Partial<Omit<LabSettings, 'lab' | 'release' | 'components' | 'nodes'>>
  /** Of a release without analytics components: what the product has in their place, for who asks for them. */
  readonly analyticsInstead?: string
  /** What does not work with the certificates in its images (`tls: product`), as a warning. */
  readonly productTlsWarning?: string
  /** Absent: `verify` does not know this release. */
  readonly walk?: WalkSpec
  /** By port. */
  readonly greetings: Readonly<Record<number, Greeting>>
}

/** What the configuration mapper of a component does, in a lab of a release. */
export const rulesOf = ({rules}: Pick<ComponentSpec, 'rules'>, {config}: Pick<Release, 'config'>): ConfigRules =>
  rules ?? config
