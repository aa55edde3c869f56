import {standardPort} from './port-offsets.js'
import type {PortSpec} from './release.js'
import type {Node, OpenPort, Topology} from './topology.js'

/** What a component can be asked for, whatever its name is: in words. */
export const SERVICES = {
  'client-registration': 'registration of OAuth clients',
  'rest-token': 'token endpoint for the REST APIs',
  'publisher-api': "publisher's REST API",
  'portal-api': "developer portal's REST API",
  'admin-api': "administrator's REST API",
  'service-catalog': 'service catalog',
  token: 'token endpoint for applications',
  'gateway-https': 'APIs over HTTPS',
  'gateway-http': 'APIs over HTTP',
  'gateway-ws': 'APIs over WebSocket',
  'gateway-wss': 'APIs over secure WebSocket',
  'gateway-websub': 'WebSub over HTTP',
  'gateway-websub-tls': 'WebSub over HTTPS',
  'sample-backend': 'sample backend',
  'analytics-store': 'store of analytics',
} as const satisfies Readonly<Record<string, string>>

export type ServiceName = keyof typeof SERVICES

/** Where a component has a service: one of its ports, as the product numbers it, and what the paths there begin with. */
export interface ServiceSpec {
  readonly port: number
  readonly path?: string
}

export type Provided = Readonly<Partial<Record<ServiceName, ServiceSpec>>>

/** Where a lab has a service. */
export interface ServicePlace {
  readonly component: string
  /** Those that have it, at least one. */
  readonly nodes: readonly [Node, ...Node[]]
  readonly port: PortSpec
  readonly path: string
  /** Absent: users can't reach it. */
  readonly open?: OpenPort
}

/** Where a lab has a service: at the first component that provides it and has nodes. Undefined where no node does. */
export function placeOf(service: ServiceName, {release, nodes, openPorts}: Topology): ServicePlace | undefined {
  for (const {name: component, provides, ports} of release.components) {
    const own = nodes.filter(node => node.component === component)
    const spec = provides?.[service]
    if (!spec || !isFilled(own)) continue
    const port = ports.find(candidate => standardPort(candidate) === spec.port)
    if (!port) throw new Error(`${component} provides ${service} on port ${spec.port}, which it does not have`)
    const open = openPorts.find(candidate => candidate.component === component && candidate.spec.port === port.port)
    return {component, nodes: own, port, path: spec.path ?? '', ...(open && {open})}
  }
  return undefined
}

/** The node of a service's that a word means: its name, or its component's, where that has only one. */
export const servesAt = (
  word: string,
  {nodes, component}: Pick<ServicePlace, 'nodes' | 'component'>,
): Node | undefined =>
  nodes.find(({name}) => name === word) ?? (word === component && nodes.length === 1 ? nodes[0] : undefined)

const isFilled = <T>(values: readonly T[]): values is readonly [T, ...T[]] => values.length > 0
