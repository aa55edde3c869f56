export const LOG_LEVELS = ['OFF', 'FATAL', 'ERROR', 'WARN', 'INFO', 'DEBUG', 'TRACE', 'ALL'] as const
export type LogLevel = (typeof LOG_LEVELS)[number]

export interface ComponentSettings {
  readonly replicas?: number
  /** Moves all ports that its nodes listen on. */
  readonly offset?: number
  /** Its nodes are those of another release. */
  readonly release?: string
  readonly memoryMb?: number
  readonly environment?: Readonly<Record<string, string>>
  readonly image?: string
  /** Heap of its JVM, in MB. */
  readonly heapMb?: number
  /** Port of this machine on which the first node's JVM takes a debugger; the next node's is one higher. */
  readonly debugPort?: number
  /** By logger: `org.wso2.carbon.apimgt.gateway: DEBUG`. */
  readonly logLevels?: Readonly<Record<string, LogLevel>>
  readonly overlay?: TextFile
  /** In place of the rendered configuration file. */
  readonly config?: TextFile
  /** Key paths that its configuration shall not have. */
  readonly remove?: readonly string[]
  /** By absolute path inside the container. */
  readonly files?: Readonly<Record<string, MountedFile>>
  /** JARs that replace what the product ships, and JARs beside it; by the name that the lab file has for them. */
  readonly patches?: Readonly<Record<string, MountedFile>>
  readonly dropins?: Readonly<Record<string, MountedFile>>
  /** The product logs what each request calls, under one id. */
  readonly correlationLogs?: boolean
  /** In place of the lab's key store and trust store. */
  readonly keyStore?: MountedFile
  readonly trustStore?: MountedFile
  /** Whether the lab's authority signed its nodes' certificate, or one that nobody trusts. */
  readonly certificate?: 'lab' | 'untrusted'
}

/** What can be said of a single node; it is stronger than what its component says. */
export type NodeSettings = Pick<
  ComponentSettings,
  'memoryMb' | 'environment' | 'image' | 'overlay' | 'config' | 'remove' | 'files'
>

/** A file of the user's that a container sees: the lab folder has a copy of it by its checksum. */
export interface MountedFile {
  /** The name that the lab file has for it. */
  readonly path: string
  /** Absolute, on this machine. */
  readonly source: string
  readonly sha256: string
}

/** A text file of the user's, with the name that the lab file has for it. */
export interface TextFile {
  readonly path: string
  readonly content: string
}

/** What is laid over a node's rendered configuration: the weakest overlay first, then what is removed. */
export interface ConfigLayers {
  readonly config?: TextFile
  readonly overlays: readonly TextFile[]
  readonly remove: readonly string[]
}

/** A lab as it shall be: flags over lab file over what the lab already has over defaults. */
export interface LabSettings {
  readonly lab: string
  readonly release: string
  readonly domain: string
  /** Whether each component has a host name of its own, or all have one, and the load balancer goes by the path. */
  readonly hosts: 'each' | 'one'
  /** The one host name. Empty: <lab>.<domain>. */
  readonly host: string
  /** Host address that ports are published on. */
  readonly address: string
  readonly portOffset: number
  /** In place of every port that browsers use for HTTPS: 443. */
  readonly publicHttps?: number
  readonly analytics: boolean
  readonly multiTenancy: boolean
  readonly gatewaySharedDb: 'auto' | boolean
  readonly mysqlImage: string
  /** What the databases are made with; an empty collation is the character set's own. */
  readonly mysqlCharset: string
  readonly mysqlCollation: string
  /** Absent: the server's own; an empty one is the mode that forbids nothing. */
  readonly mysqlSqlMode?: string
  /** Read by the server after what the lab says. */
  readonly mysqlConfig?: TextFile
  readonly loadBalancerImage: string
  /** In place of the release's own registry: `docker.wso2.com`, `registry.example.com/mirror`. Empty: the release's own. */
  readonly imageRegistry: string
  /** In place of the release's tag. Empty: the release's own. */
  readonly imageTag: string
  /** Added to the tag: `-alpine`. */
  readonly imageSuffix: '' | '-alpine' | '-centos' | '-rocky'
  /** Images that were built here from the product's distributions, in place of the release's: `newest`, an update level, the first digits of a checksum. Empty: none. */
  readonly imageBuild: string
  /** By the release's image, the built one that stands for it: what `imageBuild` means on the engine. */
  readonly imageNames: Readonly<Record<string, string>>
  /** Absolute path of the JDBC driver, or `image` where the images have one. Empty: the one that is downloaded once. */
  readonly mysqlDriver: string
  /** Whose certificates the nodes have: the lab's own, or those in the product's images, which expired in 2022. */
  readonly tls: 'lab' | 'product'
  /** Less memory for each JVM. */
  readonly small: boolean
  /** Merged over every configuration file of TOML. */
  readonly overlay?: TextFile
  /** Key paths that no configuration shall have. */
  readonly remove?: readonly string[]
  /** By component; `mysql` and `load-balancer` too. */
  readonly components: Readonly<Record<string, ComponentSettings>>
  /** By node: `gateway-2`. */
  readonly nodes: Readonly<Record<string, NodeSettings>>
}

export const DEFAULT_LAB = 'apim'

export const DEFAULTS = {
  domain: 'localhost',
  hosts: 'each',
  host: '',
  address: '127.0.0.1',
  portOffset: 0,
  analytics: true,
  multiTenancy: false,
  gatewaySharedDb: 'auto',
  mysqlImage: 'mysql:8.0',
  // Analytics tables need it: under utf8 their keys are too long.
  mysqlCharset: 'latin1',
  mysqlCollation: '',
  loadBalancerImage: 'nginx:1.28',
  imageRegistry: '',
  imageTag: '',
  imageSuffix: '',
  imageBuild: '',
  imageNames: {},
  mysqlDriver: '',
  tls: 'lab',
  small: false,
  components: {},
  nodes: {},
} as const satisfies Omit<LabSettings, 'lab' | 'release'>
