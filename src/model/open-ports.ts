import {LabError} from '../errors.js'
import {browserHost} from './names.js'
import {standardPort} from './port-offsets.js'
import type {ComponentSpec, PortProtocol, PortSpec} from './release.js'
import type {LabSettings} from './settings.js'
import type {OpenPort} from './topology.js'

const TLS: readonly PortProtocol[] = ['https', 'wss', 'tls']

/** Whether TLS is spoken on a port of this protocol. */
export const isTls = (protocol: PortProtocol): boolean => TLS.includes(protocol)

/** The port that browsers use, without the lab's offset. */
const publicPort = (port: PortSpec, {publicHttps}: LabSettings) =>
  publicHttps !== undefined && port.protocol === 'https' ? publicHttps : standardPort(port)

/** The prefix of what no other component has. */
const REST = '/'

const sameServer = (a: OpenPort, b: OpenPort) => a.hostName === b.hostName && a.port === b.port

/** Throws `usage-invalid` for two components that get all other paths of one host name and port. */
function checkPaths(ports: readonly OpenPort[]): void {
  const rest = ports.filter(({paths}) => paths.includes(REST))
  for (const open of rest) {
    const other = rest.find(one => one !== open && sameServer(one, open))
    if (!other) continue
    throw new LabError(
      'usage-invalid',
      `${open.component} and ${other.component} are both on port ${open.port} of ${open.hostName}: no path tells which one is meant.`,
      {next: ['Remove hosts: one of loadBalancer from the lab file', 'Remove public of ports from the lab file']},
    )
  }
}

/** Throws `usage-invalid` for a host name that is not asked for, or that something else in the lab has. */
function checkHost({hosts, host}: LabSettings, taken: readonly string[]): void {
  if (host === '') return
  const why =
    hosts !== 'one'
      ? 'it is the host name of all components, and each has its own'
      : ['localhost', ...taken].includes(host)
        ? 'something else has this name inside the lab'
        : undefined
  if (why === undefined) return
  throw new LabError('usage-invalid', `The load balancer's host can't be ${host}: ${why}.`, {
    next: [hosts === 'one' ? 'Take another host for loadBalancer in the lab file' : 'Set hosts: one beside host'],
  })
}

/** The ports of the load balancer. `taken`: names that something else in the lab has. Throws `usage-invalid`. */
export function openPortsOf(
  components: readonly ComponentSpec[],
  settings: LabSettings,
  taken: readonly string[],
): readonly OpenPort[] {
  checkHost(settings, taken)
  const all = components.flatMap(spec =>
    spec.ports
      .filter(port => port.open)
      .map((port): OpenPort => ({
        component: spec.name,
        hostName: browserHost(spec.name, settings),
        spec: port,
        port: publicPort(port, settings) + settings.portOffset,
        paths: port.paths ?? [REST],
      })),
  )
  const isShared = (open: OpenPort) => all.some(other => other !== open && sameServer(other, open))
  const ports = all.map(open => (isShared(open) ? open : {...open, paths: []}))
  checkPaths(ports)
  return ports
}
