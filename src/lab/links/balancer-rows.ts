import {balancedPairs, type BalancedPair} from '../../model/link-pairs.js'
import {LOAD_BALANCER} from '../../model/topology.js'
import {readAddress} from '../../model/link-address.js'
import {readClientFiles, type ClientFile} from './client-files.js'
import {backendKey, readBackend} from './nginx.js'
import {withProber, type Prober} from './prober.js'
import {stateOf, type LinkRow} from './rows.js'
import {notRunning, type Scene} from './scene.js'

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

const tls = ['https', 'wss']
const webSocket = ['ws', 'wss']

async function balancedRow(
  pair: BalancedPair,
  {path, config, fault}: ClientFile,
  prober: Prober,
  scene: Scene,
  isOwn: boolean,
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
      probe: tls.includes(open.spec.protocol) ? 'https' : 'http',
      upgrade: webSocket.includes(open.spec.protocol),
    })
  if (isOwn) {
    const {ok, detail} = await ask(server.name, expected.port, open.component)
    return {...row, key: null, state: stateOf(ok), detail: `the configuration is your own; the node: ${detail}`}
  }
  const places = open.paths.length > 0 ? open.paths : [undefined]
  const backends = places.map(place => readBackend(String(config), open.hostName, open.port, place))
  const odd = backends.findIndex(one => one?.found !== row.expected)
  const key = backendKey(open.hostName, open.port, places[Math.max(odd, 0)])
  const backend = backends[Math.max(odd, 0)]
  if (!backend) return {...row, key, state: 'broken', detail: 'the file has no such server'}
  const {found, stickyNodes} = backend
  const right = found === row.expected
  const address = readAddress(found)
  if (!right) {
    const outcome = address && (await ask(address.host, address.port))
    const answer = outcome ? `leads elsewhere, and there: ${outcome.detail}` : 'this is no address'
    return {...row, key, found, state: 'broken', detail: answer}
  }
  const {ok, detail} = await ask(server.name, expected.port, open.component)
  const unknown = stickyNodes && !stickyNodes.includes(server.name)
  const reason = ok ? undefined : notRunning(server.name, scene)
  return {
    ...row,
    found,
    state: stateOf(ok && !unknown),
    detail: unknown ? `no browser is kept with ${server.name}: ${detail}` : `${reason ? `${reason}: ` : ''}${detail}`,
  }
}

/** Load balancer -> each node of the component behind every open port, as its running configuration has it. */
export async function balancerRows(scene: Scene): Promise<readonly LinkRow[]> {
  const pairs = balancedPairs(scene.topology)
  const node = scene.topology.nodes.find(({name}) => name === LOAD_BALANCER)!
  const stopped = notRunning(LOAD_BALANCER, scene)
  if (stopped !== undefined)
    return pairs.map(pair => ({...baseRow(pair, node.spec.config[0]?.readAt ?? ''), state: 'broken', detail: stopped}))
  const [file] = await readClientFiles(node, scene)
  if (!file || pairs.length === 0) return []
  return withProber(LOAD_BALANCER, scene, prober =>
    Promise.all(pairs.map(pair => balancedRow(pair, file, prober, scene, node.layers.config !== undefined))),
  )
}
