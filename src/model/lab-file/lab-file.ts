import {LOAD_BALANCER, MYSQL} from '../topology.js'
import type {ComponentSettings, LabSettings, Overlay} from '../settings.js'
import {memoryMb} from './leaves.js'
import type {LabFileContent} from './schema.js'

/** What a lab file says: settings, and the overlays that still have to be read. */
export interface LabFile extends Partial<LabSettings> {
  /** By component: path of its overlay, relative to the lab file's folder and inside it. */
  readonly overlays: Readonly<Record<string, string>>
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
}: Omit<ComponentContent, 'overlay'>): ComponentSettings {
  return defined({
    replicas,
    memoryMb: memory === undefined ? undefined : memoryMb(memory),
    environment:
      environment && Object.fromEntries(Object.entries(environment).map(([name, value]) => [name, String(value)])),
    image,
  })
}

/** The settings that a lab file's content stands for. */
export function labFileOf(content: LabFileContent): LabFile {
  const written = Object.entries(content.components ?? {}).map(([name, own]) => [name, own ?? {}] as const)
  const {image: mysqlImage, ...mysql} = content.mysql ?? {}
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
      components: components.length > 0 ? Object.fromEntries(components) : undefined,
    }),
    overlays: Object.fromEntries(overlays),
  }
}

/** The lab file's settings with its overlays as they were read, by component. */
export function withOverlays(labFile: LabFile, read: Readonly<Record<string, Overlay>>): Partial<LabSettings> {
  const {overlays, ...settings} = labFile
  const entries = Object.keys(overlays).flatMap(name => {
    const overlay = read[name]
    return overlay ? [[name, {...settings.components?.[name], overlay}] as const] : []
  })
  return entries.length > 0
    ? {...settings, components: {...settings.components, ...Object.fromEntries(entries)}}
    : settings
}
