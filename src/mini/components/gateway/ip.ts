import {BlockList, isIP, isIPv6} from 'node:net'
import type {IncomingMessage} from 'node:http'

const IPV4_MAPPED = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i

const familyOf = (ip: string) => (isIPv6(ip) ? 'ipv6' : 'ipv4')

/** What tells whether an address is within a range, both ends included; nothing is in one that is none. */
export function rangeOf(from: string, to: string): (ip: string) => boolean {
  const list = new BlockList()
  try {
    list.addRange(from, to, familyOf(from))
  } catch {
    return () => false
  }
  return ip => isIP(ip) !== 0 && list.check(ip, familyOf(ip))
}

/** Who calls: the first address of X-Forwarded-For, else the connection's (ThrottleHandler of carbon-apimgt v6.7.206). */
export function clientIp(request: IncomingMessage): string {
  const forwarded = request.headers['x-forwarded-for']
  const text = typeof forwarded === 'string' ? (forwarded.split(',', 1)[0] ?? '').trim() : ''
  const address = text === '' ? (request.socket.remoteAddress ?? '') : text.slice(0, 100)
  return IPV4_MAPPED.exec(address)?.[1] ?? address
}
