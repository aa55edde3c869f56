import {posix} from 'node:path'
import {LOAD_BALANCER, type OpenPort} from '../../model/topology.js'
import {stateOf, type LinkRow} from './rows.js'
import {notRunning, type Scene} from './scene.js'

const isTls = ({spec}: OpenPort) => spec.protocol === 'https' || spec.protocol === 'wss'
const isWebSocket = ({spec}: OpenPort) => spec.protocol === 'ws' || spec.protocol === 'wss'

const written = (address: string, port: number) => `${address.includes(':') ? `[${address}]` : address}:${port}`

async function userRow(open: OpenPort, scene: Scene): Promise<LinkRow> {
  const {topology, containers, engine, authority, folder} = scene
  const {address} = topology.settings
  const [path] = open.paths
  const published = containers.get(LOAD_BALANCER)?.ports.filter(({container}) => container === open.port) ?? []
  // One published on every address is listed for IPv4 and for IPv6.
  const port =
    published.find(candidate => candidate.address === address && candidate.host === open.port) ?? published[0]
  const row = {
    client: 'user',
    server: LOAD_BALANCER,
    port: open.port,
    purpose: `${open.component}: ${open.spec.purpose}`,
    use: 'used',
    file: posix.join(folder, 'compose.yaml'),
    key: `services.${LOAD_BALANCER}.ports`,
    found: port ? written(port.address, port.host) : null,
    expected: written(address, open.port),
  } as const
  const stopped = notRunning(LOAD_BALANCER, scene)
  if (stopped !== undefined) return {...row, state: 'broken', detail: stopped}
  if (!port) return {...row, state: 'broken', detail: 'the engine does not publish this port'}
  const {ok, detail} = await engine.askPublished(
    {address: port.address, port: port.host, hostName: open.hostName, tls: isTls(open), authority},
    {upgrade: isWebSocket(open), ...(path !== undefined && {path})},
  )
  const right = row.found === row.expected
  const answer = `${detail}, as ${open.hostName}${path ?? ''}`
  return {...row, state: stateOf(ok && right), detail: right ? answer : `published elsewhere, and there: ${answer}`}
}

/** User -> load balancer: every open port, as the engine publishes it, asked from this host under its host name. */
export const userRows = (scene: Scene): Promise<readonly LinkRow[]> =>
  Promise.all(scene.topology.openPorts.map(open => userRow(open, scene)))
