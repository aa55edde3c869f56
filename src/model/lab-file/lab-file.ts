import {LOAD_BALANCER, MYSQL} from '../topology.js'
import type {ComponentSettings, LabSettings, Overlay} from '../settings.js'
import {memoryMb} from './leaves.js'
import type {LabFileContent} from './schema.js'

/** What a lab file says: settings, and the overlays that still have to be read. */
export interface LabFile extends Partial<LabSettings> {
  /** By component: path of its overlay, relative to the lab file's folder and inside it. */
  readonly overlays: Readonly<Record<string, string>>
  /** Path of the JDBC driver, relative to the lab file's folder and inside it. */
  readonly driverPath?: string
}

type Defined<T> = {[K in keyof T]?: Exclude<T[K], undefined>}
type ComponentContent = NonNullable<NonNullable<LabFileContent['components']>[string]>

const defined = <T extends object>(values: T): Defined<T> =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Defined<T>

function componentSettings({
  replicas,
  memory,
  environment,
  image,
  heap,
  debugPort,
  logLevels,
}: Omit<ComponentContent, 'overlay'>): ComponentSettings {
  return defined({
    replicas,
    memoryMb: memory === undefined ? undefined : memoryMb(memory),
    environment:
      environment && Object.fromEntries(Object.entries(environment).map(([name, value]) => [name, String(value)])),
    image,
    heapMb: heap === undefined ? undefined : memoryMb(heap),
    debugPort,
    logLevels,
  })
}

/** The settings that a lab file's content stands for. */
export function labFileOf(content: LabFileContent): LabFile {
  const written = Object.entries(content.components ?? {}).map(([name, own]) => [name, own ?? {}] as const)
  const {image: mysqlImage, driver, ...mysql} = content.mysql ?? {}
  const {image: loadBalancerImage, ...loadBalancer} = content.loadBalancer ?? {}
  const components = [...written, [MYSQL, mysql] as const, [LOAD_BALANCER, loadBalancer] as const]
    .map(([name, own]) => [name, componentSettings(own)] as const)
    .filter(([, own]) => Object.keys(own).length > 0)
  const overlays = written.flatMap(([name, {overlay}]) => (overlay === undefined ? [] : [[name, overlay] as const]))
  return {
    ...defined({
      lab: content.name,
      release: content.release,
      domain: content.domain,
      address: content.ports?.address,
      portOffset: content.ports?.offset,
      analytics: content.analytics,
      multiTenancy: content.multiTenancy,
      gatewaySharedDb: content.gateway?.sharedDb,
      mysqlImage,
      loadBalancerImage,
      imageRegistry: content.images?.registry,
      imageTag: content.images?.tag,
      imageSuffix: content.images?.variant === undefined ? undefined : (`-${content.images.variant}` as const),
      mysqlDriver: driver === 'image' ? driver : undefined,
      tls: content.tls,
      small: content.small,
      components: components.length > 0 ? Object.fromEntries(components) : undefined,
    }),
    overlays: Object.fromEntries(overlays),
    ...(driver !== undefined && driver !== 'image' && {driverPath: driver}),
  }
}

/** What was read of the files that a lab file names. */
export interface NamedFiles {
  /** By component. */
  readonly overlays: Readonly<Record<string, Overlay>>
  /** Absolute path of the JDBC driver. */
  readonly driver?: string | undefined
}

/** The lab file's settings with the files that it names. */
export function withFiles(labFile: LabFile, files: NamedFiles): Partial<LabSettings> {
  const {overlays, driverPath, ...settings} = labFile
  const entries = Object.keys(overlays).flatMap(name => {
    const overlay = files.overlays[name]
    return overlay ? [[name, {...settings.components?.[name], overlay}] as const] : []
  })
  return {
    ...settings,
    ...(entries.length > 0 && {components: {...settings.components, ...Object.fromEntries(entries)}}),
    ...(driverPath !== undefined && files.driver !== undefined && {mysqlDriver: files.driver}),
  }
}
