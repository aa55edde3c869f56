export interface ComponentSettings {
  readonly replicas?: number
  readonly memoryMb?: number
  readonly environment?: Readonly<Record<string, string>>
  readonly image?: string
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
  components: {},
} as const satisfies Omit<LabSettings, 'lab' | 'release'>
