import type {Endpoint} from './link-pairs.js'
import type {LinkProbe} from './release.js'

/** An address as a configuration file has it. */
export interface WrittenAddress extends Endpoint {
  /** Without the colon; empty for a bare `host:port`. */
  readonly scheme: string
}

/** Schemes that a link may be written with; the first one is the product's. */
const SCHEMES: Readonly<Record<LinkProbe, readonly [string, ...string[]]>> = {
  https: ['https'],
  http: ['http'],
  tls: ['ssl', 'tls'],
  greeting: ['tcp', 'amqp'],
  ws: ['ws'],
}

const STANDARD_PORTS: Readonly<Record<string, number>> = {https: 443, http: 80, wss: 443, ws: 80}

/** The value as it may be shown: without a user and a password. */
export const shown = (value: string): string => value.replace(/^([a-z][a-z0-9+.-]*:\/\/)?[^/?#]*@/i, '$1')

/** Reads `https://host:9443/services/`, `tcp://host:5672`, `ssl://host:9711` or a bare `host:9444`; undefined for anything else. */
export function readAddress(value: string): WrittenAddress | undefined {
  const match = /^(?:([a-z][a-z0-9+.-]*):\/\/)?(\[[^\]]+\]|[a-z0-9._-]+)(?::(\d{1,5}))?(?:[/?#].*)?$/i.exec(
    shown(value.trim()),
  )
  if (!match) return undefined
  const scheme = (match[1] ?? '').toLowerCase()
  const port = Number(match[3] ?? STANDARD_PORTS[scheme] ?? 0)
  if (port < 1 || port > 65_535) return undefined
  return {scheme, host: match[2]!.replace(/^\[|\]$/g, '').toLowerCase(), port}
}

/** Whether an address has no scheme, or one that the link may be written with. */
export const hasScheme = ({scheme}: WrittenAddress, probe: LinkProbe) =>
  scheme === '' || SCHEMES[probe].includes(scheme)

/** Whether the value leads where it should, in the way that it should. */
export function leadsTo(value: string, expected: Endpoint, probe: LinkProbe): boolean {
  const address = readAddress(value)
  return (
    address !== undefined &&
    address.host === expected.host.toLowerCase() &&
    address.port === expected.port &&
    hasScheme(address, probe)
  )
}

/** The expected address, written the way that the found one is. */
export function expectedText({host, port}: Endpoint, probe: LinkProbe, found?: string): string {
  const bare = found !== undefined && readAddress(found)?.scheme === ''
  return bare ? `${host}:${port}` : `${SCHEMES[probe][0]}://${host}:${port}`
}
