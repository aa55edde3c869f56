import {USER} from './link-id.js'
import {standardPort} from './port-offsets.js'
import {placeOf, type ServiceName} from './services.js'
import {LOAD_BALANCER, type Topology} from './topology.js'
import {STEP_SERVICES, type StepLink, type StepName} from './walk.js'

/** Who asks from inside the lab's network. */
const HELPER = 'helper'

/** A link between two nodes, as `links` names them. */
export interface NodeLink {
  readonly client: string
  readonly server: string
  readonly port: number
}

function toService(service: ServiceName, topology: Topology): readonly NodeLink[] {
  const place = placeOf(service, topology)
  if (!place) return []
  const {nodes, port, open} = place
  if (!open) return nodes.map(({name}) => ({client: HELPER, server: name, port: port.port}))
  return [
    {client: USER, server: LOAD_BALANCER, port: open.port},
    ...nodes.map(({name}) => ({client: LOAD_BALANCER, server: name, port: port.port})),
  ]
}

function betweenNodes([client, server, port]: StepLink, {links, nodes}: Topology): readonly NodeLink[] {
  const used = links.find(
    link => link.client === client && link.server === server && standardPort(link) === port && link.use === 'used',
  )
  if (!used) return []
  const namesOf = (component: string) => nodes.filter(node => node.component === component).map(({name}) => name)
  return namesOf(client).flatMap(from => namesOf(server).map(to => ({client: from, server: to, port: used.port})))
}

export const linkText = ({client, server, port}: NodeLink): string => `${client} -> ${server}:${port}`

/** The links that a step of a walk needs in this lab, each once. */
export function stepLinks(step: StepName, topology: Topology): readonly NodeLink[] {
  const links = [
    ...STEP_SERVICES[step].flatMap(service => toService(service, topology)),
    ...(topology.release.walk?.links[step] ?? []).flatMap(link => betweenNodes(link, topology)),
  ]
  return [...new Map(links.map(link => [linkText(link), link])).values()]
}
