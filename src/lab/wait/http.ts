import {failure} from '../../http/outcome.js'
import {exchangePublished} from '../../http/published.js'
import type {HttpAnswer} from '../../model/exchange.js'
import {USER} from '../../model/link-id.js'
import {oneLine} from '../../model/one-line.js'
import {isTls} from '../../model/open-ports.js'
import {LOAD_BALANCER} from '../../model/topology.js'
import {withProber} from '../links/prober.js'
import {notRunning, type RunningLab} from '../links/running-lab.js'
import {pickNodes} from '../state/pick-nodes.js'
import type {Condition, Waiter} from './condition.js'
import {openPortOf, targetFrom} from './url.js'
import {askUntil, type WaitedLab} from './waited-lab.js'

type HttpCondition = Extract<Condition, {kind: 'http'}>
type Answer = HttpAnswer | {readonly detail: string}
/** Asks once, the lab as it is now. */
type Ask = (running: RunningLab, signal: AbortSignal) => Promise<Answer>

const MOST_SHOWN = 300

/** Asks a URL until the answer has the status, from each node's network, or from this host. Throws `node-unknown` and `usage-invalid`. */
export function httpWaiters(condition: HttpCondition, waited: WaitedLab): readonly Waiter[] {
  const {nodes: words, url} = condition
  const {topology, lab, authority} = waited.running
  const isUser = words.length === 0 || words.includes(USER)
  const named = words.filter(word => word !== USER)
  const clients = named.length === 0 ? [] : pickNodes(named, topology.nodes, lab)
  return [
    ...(isUser ? [fromHost(condition, waited)] : []),
    ...topology.nodes
      .filter(({name}) => clients.some(client => client.name === name))
      .map(node => {
        const {target, path, text} = targetFrom(node, url, topology, authority)
        const ask: Ask = async running => {
          const stopped = notRunning(node.name, running)
          if (stopped) return stopped
          return withProber(node.name, running, prober => prober.exchange(target, {method: 'GET', path}))
        }
        return waiter({client: node.name, url: text, ask}, condition, waited)
      }),
  ]
}

function fromHost(condition: HttpCondition, waited: WaitedLab): Waiter {
  const {open, path, text} = openPortOf(condition.url, waited.running.topology)
  const ask: Ask = async (running, signal) => {
    const stopped = notRunning(LOAD_BALANCER, running)
    if (stopped) return stopped
    const published = running.nodes.get(LOAD_BALANCER)?.ports.find(({container}) => container === open.port)
    if (!published) return {detail: 'the engine does not publish this port'}
    const {hostName, spec} = open
    const from = {address: published.address, port: published.host, hostName, authority: running.authority}
    const request = {method: 'GET', path}
    try {
      return await exchangePublished({...from, tls: isTls(spec.protocol)}, request, {webSocket: false, signal})
    } catch (error) {
      return failure(error)
    }
  }
  return waiter({client: USER, url: text, ask}, condition, waited)
}

/** What is asked, and from where. */
interface Request {
  readonly client: string
  readonly url: string
  readonly ask: Ask
}

function waiter({client, url, ask}: Request, {status}: HttpCondition, waited: WaitedLab): Waiter {
  const {context, tell} = waited
  const from = client === USER ? 'this host' : client
  let last = 'none'
  return {
    condition: 'http',
    text: `GET ${url} from ${from} is ${status}`,
    unmet: `GET ${url} from ${from} was not ${status}`,
    wait: () =>
      askUntil(waited, async running => {
        const answer = await ask(running, context.signal)
        context.signal.throwIfAborted()
        if ('status' in answer && answer.status === status) return {nodes: [client], status, body: answer.body}
        last = answerText(answer)
        tell(from, `waiting, GET ${url}: ${last}`)
        return undefined
      }),
    missed: () => ({
      reason: `last answer: ${last}`,
      next: [`apim-lab logs ${client === USER ? LOAD_BALANCER : client}`, 'apim-lab links'],
    }),
  }
}

function answerText(answer: Answer): string {
  if (!('status' in answer)) return answer.detail
  const body = oneLine(answer.body, MOST_SHOWN)
  return `HTTP ${answer.status}${body === '' ? '' : `, ${body}`}`
}
