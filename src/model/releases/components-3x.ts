import type {HealthTiming, Probe} from '../probe.js'
import type {Provided} from '../services.js'
import type {ComponentSpec, ConfigFile, DatabaseUse, Gate, PortSpec} from '../release.js'
import {ANALYTICS_PARTS} from './analytics-3x.js'
import {LOG4J} from './log4j.js'
import {APIM_PARTS} from './parts-3x.js'

/** What a 3.x release decides for itself; everything else about its seven components is the same. */
export interface Line3x {
  /** Folder of its templates: `3.2`. */
  readonly line: string
  readonly home: string
  readonly analyticsHome: string
  readonly images: {readonly apim: string; readonly worker: string; readonly dashboard: string}
  /** Added to every component. */
  readonly platform?: string
  /** By component: what it can be asked for. */
  readonly services: Readonly<Record<string, Provided>>
  readonly probes: (component: string, ports: readonly PortSpec[]) => readonly Probe[]
  readonly health: HealthTiming
  readonly readyWithinSeconds: number
  readonly gates: Readonly<Record<string, readonly Gate[]>>
  readonly localDatabases: {
    readonly apim: readonly string[]
    readonly worker: readonly string[]
    readonly dashboard: readonly string[]
  }
  readonly profiles: {readonly worker?: string; readonly dashboard?: string}
  /** The image does not know PROFILE_NAME: the profile is an argument of its start script. */
  readonly profileByCommand?: boolean
  /** Where a role has another name than the profile; by component. */
  readonly serverRoles?: Readonly<Record<string, string>>
  /** Where a component uses other databases than in the rest of 3.x. */
  readonly databases?: Readonly<Record<string, readonly DatabaseUse[]>>
  /** Where a component listens on other ports than in the rest of 3.x. */
  readonly ports?: Readonly<Record<string, readonly PortSpec[]>>
  /** What the built-in images have no need of. */
  readonly extras?: (component: string) => Extras3x
  readonly memoryMb: number
  readonly stopGraceSeconds: number
}

/** How an image of the product is kept, stopped, given a driver and told what its JVM may use. */
export type Extras3x = Pick<
  ComponentSpec,
  | 'statePaths'
  | 'remade'
  | 'stopCommand'
  | 'driverFolder'
  | 'spareDriverFolder'
  | 'partFolders'
  | 'jvm'
  | 'logConfig'
  | 'correlationLog'
> &
  Partial<Pick<ComponentSpec, 'memoryMb'>>

const CONFIG_VOLUME = '/home/wso2carbon/wso2-config-volume'

const volumeFile = (template: string, home: string, file: string, format: ConfigFile['format']): ConfigFile => ({
  template,
  target: `${CONFIG_VOLUME}/${file}`,
  readAt: `${home}/${file}`,
  format,
})

/** The seven components of a 3.x release. Facts: docker-apim, kubernetes-apim pattern 3, product-apim profileSetup.sh. */
export function components3x(line: Line3x): readonly ComponentSpec[] {
  const common = {
    ...(line.platform !== undefined && {platform: line.platform}),
    health: line.health,
    logFormat: LOG4J,
    readyWithinSeconds: line.readyWithinSeconds,
    memoryMb: line.memoryMb,
    stopGraceSeconds: line.stopGraceSeconds,
  }
  const provides = (component: string) => ({provides: line.services[component] ?? {}})
  const apim = APIM_PARTS.map(({profile, ...part}): ComponentSpec => ({
    ...common,
    ...part,
    ...provides(part.name),
    image: line.images.apim,
    ...(line.profileByCommand ? {command: [`-Dprofile=${profile}`]} : {profile}),
    serverRole: line.serverRoles?.[part.name] ?? profile,
    databases: line.databases?.[part.name] ?? part.databases,
    home: line.home,
    movable: true,
    localDatabases: line.localDatabases.apim,
    config: [
      volumeFile(
        `components/${part.name}/${line.line}/deployment.toml`,
        line.home,
        'repository/conf/deployment.toml',
        'toml',
      ),
    ],
    configMount: CONFIG_VOLUME,
    securityFolder: `${CONFIG_VOLUME}/repository/resources/security`,
    gates: line.gates[part.name] ?? [],
    probes: line.probes(part.name, part.ports),
    ...line.extras?.(part.name),
  }))
  const analytics = (['worker', 'dashboard'] as const).map((kind): ComponentSpec => {
    const name = `analytics-${kind}`
    const profile = line.profiles[kind]
    const part = ANALYTICS_PARTS[kind]
    const ports = line.ports?.[name] ?? part.ports
    return {
      ...common,
      name,
      title: part.title,
      alsoCalled: [kind],
      analytics: true,
      image: line.images[kind],
      ...(profile !== undefined && {profile}),
      home: line.analyticsHome,
      ports,
      ...provides(name),
      databases: line.databases?.[name] ?? part.databases,
      localDatabases: line.localDatabases[kind],
      config: [
        volumeFile(
          `components/${name}/${line.line}/deployment.yaml`,
          line.analyticsHome,
          `conf/${kind}/deployment.yaml`,
          'yaml',
        ),
      ],
      configMount: CONFIG_VOLUME,
      securityFolder: `${CONFIG_VOLUME}/resources/security`,
      gates: line.gates[name] ?? [],
      probes: line.probes(name, ports),
      replicas: {max: 1, reason: 'the analytics of a lab run on one node each'},
      ...line.extras?.(name),
    }
  })
  return [...apim, ...analytics]
}
