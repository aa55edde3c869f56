import {standardPort} from './port-offsets.js'
import {LOAD_BALANCER, type Topology} from './topology.js'

/** Client, server, port: what a step of a walk needs. A `user` comes in through the load balancer; `helper` is one in the lab's network. */
export type StepLink = readonly [client: string, server: string, port: number]

export const USER = 'user'
export const HELPER = 'helper'

const toPublisher: StepLink = [USER, 'publisher', 9443]
const toDevportal: StepLink = [USER, 'devportal', 9443]
const toKeyManager: StepLink = [USER, 'key-manager', 9443]
const toGateway: StepLink = [USER, 'gateway', 8243]
const policies: StepLink = ['publisher', 'traffic-manager', 9443]
const deploying: StepLink = ['publisher', 'gateway', 9443]
const keys: StepLink = ['devportal', 'key-manager', 9443]
const validation: StepLink = ['gateway', 'key-manager', 9443]
const throttling: readonly StepLink[] = [
  ['gateway', 'traffic-manager', 9711],
  ['gateway', 'traffic-manager', 9611],
]
/** What a gateway is told, and then fetches. */
const told: readonly StepLink[] = [
  ['gateway', 'traffic-manager', 5672],
  ['gateway', 'traffic-manager', 9443],
]
const publisherTells: StepLink = ['publisher', 'traffic-manager', 9611]
const devportalTells: StepLink = ['devportal', 'traffic-manager', 9611]
const analytics: readonly StepLink[] = [
  ['gateway', 'analytics-worker', 7712],
  ['gateway', 'analytics-worker', 7612],
  [HELPER, 'analytics-worker', 7444],
]

/** By step of a walk: the links that it needs. Those that the release does not use are left out for it. */
export const STEP_LINKS = {
  register: [toPublisher],
  token: [toPublisher],
  tidy: [toPublisher, toDevportal],
  create: [toPublisher, ['publisher', 'key-manager', 9443], publisherTells],
  publish: [toPublisher, deploying, publisherTells, ...told],
  portal: [toDevportal],
  application: [toDevportal, devportalTells],
  keys: [toDevportal, keys, devportalTells],
  subscribe: [toDevportal, devportalTells, ...told],
  'app-token': [toKeyManager],
  call: [toGateway, [USER, 'gateway', 8280], validation, ...told],
  'no-token': [toGateway],
  scope: [toKeyManager, toGateway],
  opaque: [toDevportal, keys, devportalTells, toKeyManager, toGateway, validation],
  limit: [toPublisher, policies, deploying, publisherTells, toGateway, ...throttling, ...told],
  'app-limit': [toPublisher, policies, toDevportal, keys, devportalTells, toGateway, ...throttling, ...told],
  block: [toPublisher, publisherTells, ...told, toGateway],
  revoke: [toKeyManager, ['key-manager', 'traffic-manager', 9443], ...told, toGateway],
  'web-socket': [toPublisher, deploying, toDevportal, [USER, 'gateway', 9099], [USER, 'gateway', 8099]],
  'limit-over': [...told, toGateway],
  counted: analytics,
  alert: analytics,
  keep: [toPublisher, deploying, toGateway],
  'clean-up': [toPublisher, toDevportal],
} as const satisfies Readonly<Record<string, readonly StepLink[]>>

export type StepName = keyof typeof STEP_LINKS

/** A link between two nodes, as `links` names them. */
export interface NodeLink {
  readonly client: string
  readonly server: string
  readonly port: number
}

const nodesOf = (component: string, {nodes}: Topology) =>
  nodes.filter(node => node.component === component).map(({name}) => name)

function expand([client, server, port]: StepLink, topology: Topology): readonly NodeLink[] {
  const servers = nodesOf(server, topology)
  if (client === HELPER) return servers.map(name => ({client, server: name, port}))
  if (client === USER)
    return topology.openPorts
      .filter(open => open.component === server && standardPort(open.spec) === port)
      .flatMap(open => [
        {client, server: LOAD_BALANCER, port: open.port},
        ...servers.map(name => ({client: LOAD_BALANCER, server: name, port: open.spec.port})),
      ])
  const used = topology.links.find(
    link => link.client === client && link.server === server && standardPort(link) === port && link.use === 'used',
  )
  if (!used) return []
  return nodesOf(client, topology).flatMap(from => servers.map(to => ({client: from, server: to, port: used.port})))
}

export const linkText = ({client, server, port}: NodeLink): string => `${client} -> ${server}:${port}`

/** The links that a step needs in this lab, each once. */
export function stepLinks(step: StepName, topology: Topology): readonly NodeLink[] {
  const links = STEP_LINKS[step].flatMap(link => expand(link, topology))
  return links.filter((link, i) => links.findIndex(other => linkText(other) === linkText(link)) === i)
}
