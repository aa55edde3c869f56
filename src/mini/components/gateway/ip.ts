import {isIPv4, isIPv6} from 'node:net'
import type {IncomingMessage} from 'node:http'

const IPV4_MAPPED = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i

/** An address as a number, or undefined for what is none. */
export const ipNumber = (text: string): bigint | undefined => {
  if (isIPv4(text)) return text.split('.').reduce((sum, it) => sum * 256n + BigInt(it), 0n)
  if (!isIPv6(text) || text.includes('.') || text.includes('%')) return undefined
  const [head = '', tail] = text.split('::')
  const parts = (it: string) => (it === '' ? [] : it.split(':'))
  const left = parts(head)
  const right = parts(tail ?? '')
  const zeros = tail === undefined ? 0 : 8 - left.length - right.length
  const all = [...left, ...Array.from({length: zeros}, () => '0'), ...right]
  return all.reduce((sum, it) => sum * 65536n + BigInt(`0x${it}`), 0n)
}

/** Who calls: the first address of X-Forwarded-For, else the connection's (ThrottleHandler of carbon-apimgt v6.7.206). */
export const clientIp = (request: IncomingMessage): string => {
  const forwarded = request.headers['x-forwarded-for']
  const text = typeof forwarded === 'string' ? (forwarded.split(',', 1)[0] ?? '').trim() : ''
  const address = text === '' ? (request.socket.remoteAddress ?? '') : text.slice(0, 100)
  return IPV4_MAPPED.exec(address)?.[1] ?? address
}
