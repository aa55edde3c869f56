import {exchangePublished} from '../../http/published.js'
import type {HttpAnswer, HttpRequest} from '../../model/exchange.js'
import {isTls} from '../../model/open-ports.js'
import {standardPort} from '../../model/port-offsets.js'
import {placeOf, servesAt, SERVICES, type ServiceName, type ServicePlace} from '../../model/services.js'
import {LOAD_BALANCER, type Node} from '../../model/topology.js'
import type {HelperQuestions} from '../links/helper-questions.js'
import type {RunningLab} from '../links/running-lab.js'
import type {Route, Routes, ServiceEndpoint} from './routes.js'

type Ask = (request: HttpRequest, how: {webSocket: boolean; signal: AbortSignal}) => Promise<HttpAnswer>

const endpoint = (route: string, {port, path}: ServicePlace, ask: Ask): ServiceEndpoint => ({
  route,
  port: standardPort(port),
  path,
  ask: (request, signal) => ask(request, {webSocket: false, signal}),
  send: (request, signal) => ask(request, {webSocket: true, signal}),
})

/** From this host, as users come: published port, SNI and Host header. */
const balanced = (place: ServicePlace, {nodes, authority}: RunningLab) =>
  endpoint(LOAD_BALANCER, place, (request, how) => {
    const {open, component, port} = place
    const published = nodes.get(LOAD_BALANCER)?.ports.find(({container}) => container === open?.port)
    if (!open || !published) return Promise.reject(new Error(`port ${port.port} of ${component} is not published`))
    const target = {address: published.address, port: published.host, hostName: open.hostName, authority}
    return exchangePublished({...target, tls: isTls(open.spec.protocol)}, request, how)
  })

/** From the lab's network to one node. */
const direct = ({name}: Node, place: ServicePlace, {topology, authority}: RunningLab, helper: HelperQuestions) =>
  endpoint(name, place, async (request, {webSocket}) => {
    const {port, protocol} = place.port
    const reply = await helper.ask({
      kind: 'exchange',
      target: {
        host: name,
        port,
        tls: isTls(protocol),
        serverName: name,
        // The product's own certificates are for localhost, and have expired.
        ...(topology.settings.tls === 'lab' && {authority}),
      },
      request,
      webSocket,
    })
    if (reply.kind === 'answer') return reply.answer
    throw new Error(reply.kind === 'result' ? reply.detail : 'no answer')
  })

/** A service on one node that has it, asked from the lab's network; undefined where the node has none. */
export function serviceAt(
  service: ServiceName,
  node: string,
  running: RunningLab,
  helper: HelperQuestions,
): ServiceEndpoint | undefined {
  const place = placeOf(service, running.topology)
  const own = place && servesAt(node, place)
  return place && own && direct(own, place, running, helper)
}

/** How the services of a lab that runs are reached; without a helper only through the load balancer. */
export function labRoutes(running: RunningLab, helper?: HelperQuestions): Routes {
  const {topology} = running
  const needed = (service: ServiceName) => {
    const place = placeOf(service, topology)
    if (!place) throw new Error(`no node has the ${SERVICES[service]}`)
    return place
  }
  // A case's lab may have none.
  const gateways = (helper && placeOf('gateway-https', topology)?.nodes) ?? []
  return {
    to(service) {
      const place = placeOf(service, topology)
      if (!place) return undefined
      if (place.open) return balanced(place, running)
      return helper && direct(place.nodes[0], place, running, helper)
    },
    gateways: [
      {name: LOAD_BALANCER, to: service => balanced(needed(service), running)},
      ...gateways.map((node): Route => ({
        name: node.name,
        to: service => direct(node, needed(service), running, helper!),
      })),
    ],
  }
}
