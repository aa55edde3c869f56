import {connect as connectTcp, isIP, type Socket} from 'node:net'
import {connect as connectTls} from 'node:tls'
import type {Link} from '../config/links.js'
import {lookup} from '../../names/lookup.js'
import {openChannel, readGreeting, type Greeting} from '../wire.js'
import type {Dial, DialOptions} from './dial.js'

function open({kind, host, port}: Link, {trust}: DialOptions): Socket {
  if (kind === 'tcp') return connectTcp({host, port, lookup})
  // SNI is a host name by definition; with an address TLS would reject it.
  const name = isIP(host) ? {} : {servername: host}
  return connectTls({host, port, lookup, ...name, ...(trust ? {secureContext: trust} : {})})
}

/** Connects (with a verified TLS handshake on TLS ports), waits for the greeting and keeps the connection. */
export const dialGreeting: Dial = async (link, options, signal, onMessage) => {
  const socket = open(link, options)
  const abort = () => socket.destroy()
  signal.addEventListener('abort', abort)
  const limit = setTimeout(() => socket.destroy(new Error(`no greeting in ${options.timeout} ms`)), options.timeout)
  let greeting: Greeting | undefined
  let greeted = () => {}
  const first = new Promise<void>(resolve => (greeted = resolve))
  const channel = openChannel(
    socket,
    (message, from) => {
      if (greeting) return onMessage(message, from)
      greeting = readGreeting(message)
      if (greeting.component !== link.server && greeting.component !== link.standIn) {
        throw new Error(`${greeting.node} is a ${greeting.component}, not a ${link.server}`)
      }
      if (link.service && greeting.service !== link.service) {
        throw new Error(`${greeting.node} has ${greeting.service} on this port, not ${link.service}`)
      }
      greeted()
    },
    options.pace,
  )
  const closed = channel.closed.finally(() => signal.removeEventListener('abort', abort))
  const reason = await Promise.race([first, closed])
  clearTimeout(limit)
  if (reason !== undefined) throw new Error(reason)
  return {detail: `greeted by ${greeting?.node ?? '?'} (${greeting?.service ?? '?'})`, channel, closed}
}
