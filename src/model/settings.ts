export const LOG_LEVELS = ['OFF', 'FATAL', 'ERROR', 'WARN', 'INFO', 'DEBUG', 'TRACE', 'ALL'] as const
export type LogLevel = (typeof LOG_LEVELS)[number]

export interface ComponentSettings {
  readonly replicas?: number
  readonly memoryMb?: number
  readonly environment?: Readonly<Record<string, string>>
  readonly image?: string
  /** Heap of its JVM, in MB. */
  readonly heapMb?: number
  /** Port of this machine on which the first node's JVM takes a debugger; the next node's is one higher. */
  readonly debugPort?: number
  /** By logger: `org.wso2.carbon.apimgt.gateway: DEBUG`. */
  readonly logLevels?: Readonly<Record<string, LogLevel>>
  readonly overlay?: Overlay
}

/** A TOML file of the user's, merged over what the lab rendered. */
export interface Overlay {
  readonly path: string
  readonly content: string
}

/** A lab as it shall be: flags over lab file over what the lab already has over defaults. */
export interface LabSettings {
  readonly lab: string
  readonly release: string
  readonly domain: string
  /** Host address that ports are published on. */
  readonly address: string
  readonly portOffset: number
  readonly analytics: boolean
  readonly multiTenancy: boolean
  readonly gatewaySharedDb: 'auto' | boolean
  readonly mysqlImage: string
  readonly loadBalancerImage: string
  /** In place of the release's own registry: `docker.wso2.com`, `registry.example.com/mirror`. Empty: the release's own. */
  readonly imageRegistry: string
  /** In place of the release's tag. Empty: the release's own. */
  readonly imageTag: string
  /** Added to the tag: `-alpine`. */
  readonly imageSuffix: '' | '-alpine' | '-centos' | '-rocky'
  /** Absolute path of the JDBC driver, or `image` where the images have one. Empty: the one that is downloaded once. */
  readonly mysqlDriver: string
  /** Whose certificates the nodes have: the lab's own, or those in the product's images, which expired in 2022. */
  readonly tls: 'lab' | 'product'
  /** Less memory for each JVM. */
  readonly small: boolean
  /** By component; `mysql` and `load-balancer` too. */
  readonly components: Readonly<Record<string, ComponentSettings>>
}

export const DEFAULT_LAB = 'apim'

export const DEFAULTS = {
  domain: 'localhost',
  address: '127.0.0.1',
  portOffset: 0,
  analytics: true,
  multiTenancy: false,
  gatewaySharedDb: 'auto',
  mysqlImage: 'mysql:8.0',
  loadBalancerImage: 'nginx:1.28',
  imageRegistry: '',
  imageTag: '',
  imageSuffix: '',
  mysqlDriver: '',
  tls: 'lab',
  small: false,
  components: {},
} as const satisfies Omit<LabSettings, 'lab' | 'release'>
