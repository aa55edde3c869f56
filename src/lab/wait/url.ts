import {LabError} from '../../errors.js'
import type {HttpTarget} from '../../model/exchange.js'
import {isTls} from '../../model/open-ports.js'
import type {Node, OpenPort, Topology} from '../../model/topology.js'

/** A URL as it is given, whole or in part: `https://host:8243/path`, `https://:8243/path`, `:9763/health`, `/health`. */
export interface UrlParts {
  readonly tls?: boolean
  readonly host?: string
  readonly port?: number
  /** With the query. */
  readonly path: string
}

/** Where a request goes to, and how it is told. */
export interface UrlTarget {
  readonly target: HttpTarget
  readonly path: string
  readonly text: string
}

const PARTS = /^(?:(https?):\/\/)?([\w.-]+)?(?::(\d{1,5}))?(\/(?:(?!#)[!-~])*)?$/
const STANDARD = {https: 443, http: 80} as const
const MOST_SHOWN = 80

const invalid = (url: string, why: string, next: readonly string[] = ['apim-lab wait --help']) =>
  new LabError('usage-invalid', `${JSON.stringify(url.slice(0, MOST_SHOWN))} can't be asked: ${why}.`, {next})

/** Reads a URL that is given whole or in part. Throws `usage-invalid`. */
export function parseUrl(url: string): UrlParts {
  const [match, scheme, host, port, path = '/'] = PARTS.exec(url) ?? []
  const number = port === undefined ? undefined : Number(port)
  if (match === undefined || url === '' || (number !== undefined && (number < 1 || number > 65_535)))
    throw invalid(url, "it is not an HTTP URL, a path, or a path on a node's port")
  if (host !== undefined && scheme === undefined) throw invalid(url, 'with a host it begins with http:// or https://')
  if (host === undefined && scheme !== undefined && port === undefined)
    throw invalid(url, 'it has neither host nor port')
  const standard = host === undefined ? undefined : STANDARD[scheme as keyof typeof STANDARD]
  const whole = number ?? standard
  return {
    ...(scheme !== undefined && {tls: scheme === 'https'}),
    ...(host !== undefined && {host}),
    ...(whole !== undefined && {port: whole}),
    path,
  }
}

const textOf = (tls: boolean, host: string, port: number, path: string) =>
  `${tls ? 'https' : 'http'}://${host}:${port}${path}`

/** The node's port that a part of a URL means: without one, that on which its readiness is asked. */
function ownPort(
  url: string,
  {port, tls}: UrlParts,
  {name, spec}: Node,
): {readonly port: number; readonly tls: boolean} {
  if (port !== undefined) {
    const known = spec.ports.find(one => one.port === port)
    return {port, tls: tls ?? (known !== undefined && isTls(known.protocol))}
  }
  const probe = spec.probes.find(({kind}) => kind === 'http')
  if (!probe)
    throw invalid(url, `${name} is not asked over HTTP whether it is ready: name the port`, [
      `apim-lab wait ${name} --http :PORT${url}`,
    ])
  return {port: probe.port, tls: false}
}

/** What a URL means in a node's network: without a host, that node itself. Throws `usage-invalid`. */
export function targetFrom(node: Node, url: string, {settings, openPorts}: Topology, authority: string): UrlTarget {
  const parts = parseUrl(url)
  const {path, host = node.name} = parts
  const {port, tls} = parts.host === undefined ? ownPort(url, parts, node) : {port: parts.port!, tls: parts.tls!}
  // The product's own certificates are for localhost, and have expired; the load balancer's are ours.
  const isVerified = settings.tls === 'lab' || openPorts.some(({hostName}) => hostName === host)
  return {
    target: {host, port, tls, serverName: host, ...(isVerified && {authority})},
    path,
    text: textOf(tls, host, port, path),
  }
}

/** The open port that a URL means for who asks from this host. Throws `usage-invalid` for what the lab does not publish. */
export function openPortOf(
  url: string,
  {openPorts}: Topology,
): {readonly open: OpenPort; readonly path: string; readonly text: string} {
  const {host, port, tls, path} = parseUrl(url)
  const open = openPorts.find(one => one.hostName === host && one.port === port && isTls(one.spec.protocol) === tls)
  if (open) return {open, path, text: textOf(tls!, host!, port!, path)}
  const web = openPorts.filter(({spec}) => spec.protocol === 'https' || spec.protocol === 'http')
  const known = web.map(({spec, hostName, port: own}) => textOf(isTls(spec.protocol), hostName, own, '/'))
  throw invalid(
    url,
    `from this host what the lab publishes can be, ${known.join(', ')}; for all else name the node that asks`,
  )
}
