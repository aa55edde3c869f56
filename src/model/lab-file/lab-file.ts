import {LOAD_BALANCER, MYSQL} from '../topology.js'
import type {ComponentSettings, LabSettings} from '../settings.js'
import {memoryMb} from './leaves.js'
import type {LabFileContent} from './schema.js'

/** What becomes of a file that a lab file names: its text, only its absolute path, or a mount in a container. */
export type FileKind = 'overlay' | 'config' | 'driver' | 'mount'

/** A file that a lab file names. */
export interface NamedFile {
  readonly kind: FileKind
  /** Relative to the lab file's folder and inside it. */
  readonly path: string
  /** The setting that it is for: `components`, `gateway`, `overlay`. */
  readonly at: readonly string[]
}

/** What a lab file says: settings, and the files that still have to be read. */
export interface LabFile extends Partial<LabSettings> {
  readonly files: readonly NamedFile[]
}

type Defined<T> = {[K in keyof T]?: Exclude<T[K], undefined>}
type ComponentContent = NonNullable<NonNullable<LabFileContent['components']>[string]>

const defined = <T extends object>(values: T): Defined<T> =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Defined<T>

const NOTHING = {}

function componentSettings(content: ComponentContent): ComponentSettings {
  const {
    replicas,
    release,
    offset,
    memory,
    environment,
    image,
    heap,
    debugPort,
    logLevels,
    remove,
    correlationLogs,
    certificate,
  } = content
  return defined({
    replicas,
    release,
    offset,
    memoryMb: memory === undefined ? undefined : memoryMb(memory),
    environment:
      environment && Object.fromEntries(Object.entries(environment).map(([name, value]) => [name, String(value)])),
    image,
    heapMb: heap === undefined ? undefined : memoryMb(heap),
    debugPort,
    logLevels,
    remove,
    correlationLogs,
    certificate,
  })
}

type FileKeys = Pick<
  ComponentContent,
  'overlay' | 'config' | 'files' | 'patches' | 'dropins' | 'keyStore' | 'trustStore'
>

/** The files that a block names. */
function filesOf(own: FileKeys, at: readonly string[]): readonly NamedFile[] {
  const texts = (['overlay', 'config'] as const).flatMap(kind => {
    const path = own[kind]
    return path === undefined ? [] : [{kind, path, at: [...at, kind]}]
  })
  const mounts = Object.entries(own.files ?? {}).map(([target, path]) => ({path, at: [...at, 'files', target]}))
  const stores = (['keyStore', 'trustStore'] as const).flatMap(key => {
    const path = own[key]
    return path === undefined ? [] : [{path, at: [...at, key]}]
  })
  const jars = (['patches', 'dropins'] as const).flatMap(key =>
    (own[key] ?? []).map(path => ({path, at: [...at, key, path]})),
  )
  return [...texts, ...[...mounts, ...jars, ...stores].map(file => ({kind: 'mount' as const, ...file}))]
}

type Named = readonly (readonly [name: string, own: ComponentContent])[]

const named = (blocks: Readonly<Record<string, ComponentContent | null>> | null | undefined): Named =>
  Object.entries(blocks ?? {}).map(([name, own]) => [name, own ?? NOTHING] as const)

function settingsByName(blocks: Named): Readonly<Record<string, ComponentSettings>> | undefined {
  const said = blocks
    .map(([name, own]) => [name, componentSettings(own)] as const)
    .filter(([, own]) => Object.keys(own).length > 0)
  return said.length > 0 ? Object.fromEntries(said) : undefined
}

/** The settings that a lab file's content stands for. */
export function labFileOf(content: LabFileContent): LabFile {
  const {image: mysqlImage, driver, charset, collation, sqlMode, config: mysqlConfig, ...mysql} = content.mysql ?? {}
  const {image: loadBalancerImage, hosts, host, config: ownBalancer, ...loadBalancer} = content.loadBalancer ?? {}
  const components = named(content.components)
  const nodes = named(content.nodes)
  const driverPath = driver === 'image' ? undefined : driver
  return {
    ...defined({
      lab: content.name,
      release: content.release,
      domain: content.domain,
      address: content.ports?.address,
      portOffset: content.ports?.offset,
      publicHttps: content.ports?.public,
      analytics: content.analytics,
      multiTenancy: content.multiTenancy,
      gatewaySharedDb: content.gateway?.sharedDb,
      mysqlImage,
      mysqlCharset: charset,
      mysqlCollation: collation,
      mysqlSqlMode: sqlMode,
      loadBalancerImage,
      hosts,
      host,
      imageRegistry: content.images?.registry,
      imageTag: content.images?.tag,
      imageSuffix: content.images?.variant === undefined ? undefined : (`-${content.images.variant}` as const),
      imageBuild: content.images?.build === undefined ? undefined : String(content.images.build),
      mysqlDriver: driver === 'image' ? driver : undefined,
      tls: content.tls,
      small: content.small,
      remove: content.remove,
      components: settingsByName([...components, [MYSQL, mysql], [LOAD_BALANCER, loadBalancer]]),
      nodes: settingsByName(nodes),
    }),
    files: [
      ...(driverPath === undefined ? [] : [{kind: 'driver' as const, path: driverPath, at: ['mysqlDriver']}]),
      ...(mysqlConfig === undefined ? [] : [{kind: 'config' as const, path: mysqlConfig, at: ['mysqlConfig']}]),
      ...filesOf({config: ownBalancer}, ['components', LOAD_BALANCER]),
      ...filesOf({overlay: content.overlay}, []),
      ...components.flatMap(([name, own]) => filesOf(own, ['components', name])),
      ...nodes.flatMap(([name, own]) => filesOf(own, ['nodes', name])),
    ],
  }
}

/** A value at a place of nested settings. */
function withValue(settings: object, [key = '', ...below]: readonly string[], value: unknown): object {
  const own = settings as Readonly<Record<string, object | undefined>>
  const before = Object.hasOwn(own, key) ? own[key] : undefined
  return {...settings, [key]: below.length > 0 ? withValue(before ?? {}, below, value) : value}
}

/** The lab file's settings with what was read of the files that it names. */
export function withFiles({files, ...settings}: LabFile, read: (file: NamedFile) => unknown): Partial<LabSettings> {
  return files.reduce<object>((done, file) => withValue(done, file.at, read(file)), settings)
}
