import type {HttpAnswer, HttpRequest} from '../../model/exchange.js'
import {standardPort} from '../../model/port-offsets.js'
import type {PortProtocol} from '../../model/release.js'
import {LOAD_BALANCER, type Node} from '../../model/topology.js'
import type {HelperQuestions} from '../helper-questions.js'
import type {Scene} from '../links/scene.js'
import type {Way, Ways} from './ways.js'

const TLS: readonly PortProtocol[] = ['https', 'wss', 'tls']

type Ask = (port: number, request: HttpRequest, how: {webSocket: boolean; signal: AbortSignal}) => Promise<HttpAnswer>

const both = (name: string, ask: Ask): Way => ({
  name,
  ask: (port, request, signal) => ask(port, request, {webSocket: false, signal}),
  say: (port, request, signal) => ask(port, request, {webSocket: true, signal}),
})

/** From this host to a component, as its users come: published port, SNI and Host header. */
const balanced = (component: string, {topology, containers, engine, authority}: Scene): Way =>
  both(LOAD_BALANCER, (port, request, how) => {
    const open = topology.openPorts.find(({component: own, spec}) => own === component && standardPort(spec) === port)
    const published = containers.get(LOAD_BALANCER)?.ports.find(({container}) => container === open?.port)
    if (!open || !published) return Promise.reject(new Error(`port ${port} of ${component} is not published`))
    const target = {address: published.address, port: published.host, hostName: open.hostName, authority}
    return engine.exchangePublished({...target, tls: TLS.includes(open.spec.protocol)}, request, how)
  })

/** From the lab's network to one node. */
const direct = ({name, spec}: Node, {topology, authority}: Scene, helper: HelperQuestions): Way =>
  both(name, async (port, request, {webSocket}) => {
    const own = spec.ports.find(candidate => standardPort(candidate) === port)
    const reply = await helper.ask({
      kind: 'exchange',
      target: {
        host: name,
        port: own?.port ?? port,
        tls: TLS.includes(own?.protocol ?? 'tcp'),
        serverName: name,
        // The product's own certificates are for localhost, and have expired.
        ...(topology.settings.tls === 'lab' && {authority}),
      },
      request,
      webSocket,
    })
    if (reply.kind === 'answer') return reply.answer
    throw new Error(reply.detail)
  })

/** The ways through a lab that runs; without a helper only those through the load balancer. */
export function labWays(scene: Scene, helper?: HelperQuestions): Ways {
  const nodesOf = (component: string) => scene.topology.nodes.filter(node => node.component === component)
  const nodes = helper ? nodesOf('gateway').map(node => direct(node, scene, helper)) : []
  return {
    component: name => balanced(name, scene),
    gateways: [balanced('gateway', scene), ...nodes],
    direct(component) {
      const [node] = nodesOf(component)
      return node && helper && direct(node, scene, helper)
    },
  }
}
