import {balancedPairs, type BalancedPair} from '../../model/link-pairs.js'
import {isTls} from '../../model/open-ports.js'
import {LOAD_BALANCER} from '../../model/topology.js'
import {readAddress} from '../../model/link-address.js'
import {readClientFiles, type ClientFile} from './client-files.js'
import {backendKey, readBackend} from './nginx.js'
import {withProber, type Prober} from './prober.js'
import {judged, type LinkRow, type Outcome} from '../../lab-events/link-row.js'
import {notRunning, type RunningLab} from './running-lab.js'

function baseRow({open, server, expected}: BalancedPair, file: string) {
  return {
    client: LOAD_BALANCER,
    server: server.name,
    port: open.spec.port,
    purpose: `${open.component}: ${open.spec.purpose}`,
    use: 'used',
    file,
    key: backendKey(open.hostName, open.port, open.paths[0]),
    found: null,
    expected: `${expected.host}:${expected.port}`,
  } as const
}

const webSocket = ['ws', 'wss']

interface BalancerCheck {
  readonly prober: Prober
  readonly running: RunningLab
  /** Its configuration is a file of the user's. */
  readonly isOwn: boolean
}

async function balancedRow(
  pair: BalancedPair,
  {path, config, fault}: ClientFile,
  {prober, running, isOwn}: BalancerCheck,
): Promise<LinkRow> {
  const {open, server, expected} = pair
  const row = baseRow(pair, path)
  if (fault !== undefined) return {...row, state: 'broken', detail: `the file ${fault}`}
  const ask = (host: string, port: number, alias?: string) =>
    prober.link({
      host,
      port,
      serverName: open.component,
      ...(alias !== undefined && {alias}),
      probe: isTls(open.spec.protocol) ? 'https' : 'http',
      upgrade: webSocket.includes(open.spec.protocol),
    })
  const askNode = async (): Promise<Outcome> => {
    const stopped = notRunning(server.name, running)
    return stopped ? {ok: false, ...stopped} : ask(server.name, expected.port, open.component)
  }
  if (isOwn) {
    const outcome = await askNode()
    return {
      ...row,
      key: null,
      ...judged({...outcome, detail: `the configuration is your own; the node: ${outcome.detail}`}),
    }
  }
  const places = open.paths.length > 0 ? open.paths : [undefined]
  const backends = places.map(place => readBackend(String(config), open.hostName, open.port, place))
  const odd = backends.findIndex(one => !one?.addresses.includes(row.expected))
  const key = backendKey(open.hostName, open.port, places[Math.max(odd, 0)])
  const backend = backends[Math.max(odd, 0)]
  if (!backend) return {...row, key, state: 'broken', detail: 'the file has no such server'}
  const {addresses, stickyNodes} = backend
  const right = addresses.includes(row.expected)
  const found = right ? row.expected : addresses.join(', ')
  const address = readAddress(found)
  if (!right) {
    const outcome = address && (await ask(address.host, address.port))
    const answer = outcome
      ? `another address than expected, ${outcome.ok ? 'which answers' : 'unreachable'}: ${outcome.detail}`
      : 'not an address'
    return {...row, key, found, state: 'broken', detail: answer}
  }
  const outcome = await askNode()
  if (stickyNodes && !stickyNodes.includes(server.name))
    return {...row, found, state: 'broken', detail: `sticky sessions never choose ${server.name}: ${outcome.detail}`}
  return {...row, found, ...judged(outcome)}
}

/** Load balancer -> each node of the component behind every open port, as its running configuration has it. */
export async function balancerRows(running: RunningLab): Promise<readonly LinkRow[]> {
  const pairs = balancedPairs(running.topology)
  const node = running.topology.nodes.find(({name}) => name === LOAD_BALANCER)!
  const stopped = notRunning(LOAD_BALANCER, running)
  if (stopped !== undefined)
    return pairs.map(pair => ({...baseRow(pair, node.spec.config[0]?.readAt ?? ''), state: 'broken', ...stopped}))
  const [file] = await readClientFiles(node, running)
  if (!file || pairs.length === 0) return []
  const isOwn = node.layers.config !== undefined
  return withProber(LOAD_BALANCER, running, prober =>
    Promise.all(pairs.map(pair => balancedRow(pair, file, {prober, running, isOwn}))),
  )
}
