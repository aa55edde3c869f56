import * as z from 'zod'
import {LabError} from '../errors.js'
import * as leaf from './lab-file/leaves.js'
import type {LabSettings} from './settings.js'

/** Raised when an older apim-lab could misread what a newer one keeps. */
const VERSION = 1

const text = z.object({path: z.string(), content: z.string()})

const mountedFile = z.object({path: z.string(), source: z.string(), sha256: z.string().regex(/^[0-9a-f]{64}$/)})
const mounted = z.record(z.string(), mountedFile)

const node = {
  memoryMb: leaf.megabytes.exactOptional(),
  environment: z.record(z.string(), z.string()).exactOptional(),
  image: leaf.image.exactOptional(),
  overlay: text.exactOptional(),
  config: text.exactOptional(),
  remove: leaf.keyPaths.exactOptional(),
  files: mounted.exactOptional(),
}

const component = z.object({
  ...node,
  replicas: leaf.replicas.exactOptional(),
  offset: leaf.nodeOffset.exactOptional(),
  release: leaf.releaseName.exactOptional(),
  heapMb: leaf.megabytes.exactOptional(),
  debugPort: leaf.port.exactOptional(),
  logLevels: leaf.logLevels.exactOptional(),
  patches: mounted.exactOptional(),
  dropins: mounted.exactOptional(),
  correlationLogs: leaf.flag.exactOptional(),
  keyStore: mountedFile.exactOptional(),
  trustStore: mountedFile.exactOptional(),
  certificate: leaf.certificate.exactOptional(),
})

const keptSchema = z.object({
  lab: leaf.labName.exactOptional(),
  release: leaf.releaseName.exactOptional(),
  domain: leaf.domain.exactOptional(),
  hosts: leaf.hosts.exactOptional(),
  host: leaf.keptHost.exactOptional(),
  address: leaf.address.exactOptional(),
  portOffset: leaf.portOffset.exactOptional(),
  publicHttps: leaf.publicPort.exactOptional(),
  analytics: leaf.flag.exactOptional(),
  multiTenancy: leaf.flag.exactOptional(),
  gatewaySharedDb: leaf.sharedDb.exactOptional(),
  mysqlImage: leaf.image.exactOptional(),
  mysqlCharset: leaf.charset.exactOptional(),
  mysqlCollation: leaf.keptCollation.exactOptional(),
  mysqlSqlMode: leaf.sqlMode.exactOptional(),
  mysqlConfig: text.exactOptional(),
  loadBalancerImage: leaf.image.exactOptional(),
  imageRegistry: leaf.keptRegistry.exactOptional(),
  imageTag: leaf.keptTag.exactOptional(),
  imageSuffix: leaf.keptSuffix.exactOptional(),
  imageBuild: leaf.keptBuild.exactOptional(),
  imageNames: z.record(leaf.image, leaf.image).exactOptional(),
  mysqlDriver: z.string().exactOptional(),
  tls: leaf.tls.exactOptional(),
  small: leaf.flag.exactOptional(),
  overlay: text.exactOptional(),
  remove: leaf.keyPaths.exactOptional(),
  components: z.record(z.string(), component).exactOptional(),
  nodes: z.record(z.string(), z.object(node)).exactOptional(),
})

const unusable = (why: string, cause?: unknown) =>
  new LabError('settings-conflict', `What this lab keeps of its settings can't be used: ${why}.`, {
    next: ['apim-lab up --reset'],
    ...(cause !== undefined && {cause}),
  })

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw unusable('it is no JSON', error)
  }
}

/** The settings that a lab already has. Throws `settings-conflict` when they are damaged or of another version. */
export function parseKept(text: string): Partial<LabSettings> {
  const value = parseJson(text)
  const version = z.object({version: z.number()}).safeParse(value).data?.version
  if (version !== VERSION) {
    throw unusable(
      version === undefined
        ? 'it has no version'
        : `it has version ${version}, and this apim-lab knows version ${VERSION}`,
    )
  }
  const checked = keptSchema.safeParse(value)
  if (checked.success) return checked.data
  const issue = checked.error.issues[0]
  throw unusable(`${issue?.path.join('.')}: ${issue?.message}`, checked.error)
}

/** Paths of the kept settings that a lab file had asked for, such as `components.gateway.overlay`; none where the text is damaged. */
export function pathsFromLabFile(text: string): readonly string[] {
  try {
    return z.object({fromLabFile: z.array(z.string())}).safeParse(JSON.parse(text)).data?.fromLabFile ?? []
  } catch {
    return []
  }
}

const sorted = <T>(values: Readonly<Record<string, T>>) =>
  Object.fromEntries(Object.entries(values).sort(([a], [b]) => (a < b ? -1 : 1)))

/** The settings as the lab folder keeps them, and which of them a lab file asked for. */
export function keptJson(settings: LabSettings, fromLabFile: readonly string[] = []): string {
  const {lab, release, components, nodes, ...others} = settings
  const kept = {version: VERSION, lab, release, ...others, components: sorted(components), nodes: sorted(nodes)}
  return `${JSON.stringify({...kept, ...(fromLabFile.length > 0 && {fromLabFile})}, null, 2)}\n`
}
