import {posix} from 'node:path'
import {USER} from '../../model/link-id.js'
import {askPublished} from '../../http/published.js'
import {isTls} from '../../model/open-ports.js'
import {LOAD_BALANCER, type OpenPort} from '../../model/topology.js'
import {stateOf, type LinkRow} from '../../lab-events/link-row.js'
import {notRunning, type RunningLab} from './running-lab.js'

const isWebSocket = ({spec}: OpenPort) => spec.protocol === 'ws' || spec.protocol === 'wss'

const written = (address: string, port: number) => `${address.includes(':') ? `[${address}]` : address}:${port}`

async function userRow(open: OpenPort, running: RunningLab): Promise<LinkRow> {
  const {topology, nodes, authority, folder} = running
  const {address} = topology.settings
  const [path] = open.paths
  const published = nodes.get(LOAD_BALANCER)?.ports.filter(({container}) => container === open.port) ?? []
  // One published on every address is listed for IPv4 and for IPv6.
  const port =
    published.find(candidate => candidate.address === address && candidate.host === open.port) ?? published[0]
  const row = {
    client: USER,
    server: LOAD_BALANCER,
    port: open.port,
    purpose: `${open.component}: ${open.spec.purpose}`,
    use: 'used',
    file: posix.join(folder.path, 'compose.yaml'),
    key: `services.${LOAD_BALANCER}.ports`,
    found: port ? written(port.address, port.host) : null,
    expected: written(address, open.port),
  } as const
  const stopped = notRunning(LOAD_BALANCER, running)
  if (stopped !== undefined) return {...row, state: 'broken', ...stopped}
  if (!port) return {...row, state: 'broken', detail: 'the engine does not publish this port'}
  const {ok, detail} = await askPublished(
    {address: port.address, port: port.host, hostName: open.hostName, tls: isTls(open.spec.protocol), authority},
    {upgrade: isWebSocket(open), ...(path !== undefined && {path})},
  )
  const right = row.found === row.expected
  const answer = `${detail}, as ${open.hostName}${path ?? ''}`
  return {
    ...row,
    state: stateOf(ok && right),
    detail: right ? answer : `published on another address than expected, which says: ${answer}`,
  }
}

/** User -> load balancer: every open port, as the engine publishes it, asked from this host under its host name. */
export const userRows = (running: RunningLab): Promise<readonly LinkRow[]> =>
  Promise.all(running.topology.openPorts.map(open => userRow(open, running)))
