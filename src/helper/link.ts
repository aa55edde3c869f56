import {connect as tcpConnect, type Socket} from 'node:net'
import {connect as tlsConnect} from 'node:tls'
import type {LinkTarget} from '../model/helper-protocol.js'
import {trust} from '../http/exchange.js'
import {broken, failure, NoAnswer, ok, type Outcome} from '../http/outcome.js'
import {nameMs, askTwice} from '../http/time-limits.js'
import {probe} from '../http/probe.js'
import {addressesOf, lookupWithin} from '../names/lookup.js'

const onSocket = (socket: Socket, limitMs: number, begin: string, done: (finish: (outcome: Outcome) => void) => void) =>
  new Promise<Outcome>(resolve => {
    const finish = (outcome: Outcome) => {
      socket.destroy()
      resolve(outcome)
    }
    socket.setTimeout(limitMs, () => finish(failure(new NoAnswer(limitMs, 'nothing came'))))
    socket.on('error', error => finish(failure(error)))
    socket.on('close', () => finish(broken('closed without an answer')))
    socket.on(begin, () => done(finish))
  })

const handshake = ({host, port, serverName, authority}: LinkTarget, limitMs: number) => {
  const lookup = lookupWithin(nameMs(limitMs))
  const socket = tlsConnect({host, port, lookup, servername: serverName, ...trust(authority)})
  const verified = authority === undefined ? 'not verified' : 'verified'
  return onSocket(socket, limitMs, 'secureConnect', finish => finish(ok(`${verified} ${socket.getProtocol()}`)))
}

const greet = ({host, port, greeting}: LinkTarget, limitMs: number) => {
  const socket = tcpConnect({host, port, lookup: lookupWithin(nameMs(limitMs))})
  return onSocket(socket, limitMs, 'connect', finish => {
    if (!greeting) return finish(ok('accepts; its protocol says nothing first'))
    let seen = ''
    if (greeting.say) socket.write(greeting.say, 'latin1')
    socket.setEncoding('latin1')
    socket.on('data', (chunk: string) => {
      seen += chunk
      if (seen.length < greeting.expect.length) return
      finish(
        seen.startsWith(greeting.expect) ? ok('greets') : broken(`greets with ${JSON.stringify(seen.slice(0, 60))}`),
      )
    })
  })
}

/** What keeps the shared name from leading to this host; undefined where it does. */
async function aliasFault(alias: string, host: string, limitMs: number): Promise<Outcome | undefined> {
  const found = async (name: string) =>
    (await addressesOf(name, {timeoutMs: nameMs(limitMs)})).map(({address}) => address)
  try {
    const [shared, own] = await Promise.all([found(alias), found(host)])
    return own.some(address => shared.includes(address))
      ? undefined
      : broken(`the name ${alias} does not resolve to it`)
  } catch (error) {
    return failure(error)
  }
}

/** Exchanges bytes with the server of a link, from the network of its client. */
export const probeLink = (target: LinkTarget): Promise<Outcome> =>
  askTwice(async limitMs => {
    const {alias, host} = target
    const fault = alias === undefined ? undefined : await aliasFault(alias, host, limitMs)
    return fault ?? exchange(target, limitMs)
  })

function exchange(target: LinkTarget, limitMs: number): Promise<Outcome> {
  switch (target.probe) {
    case 'https':
    case 'http':
      return probe({...target, tls: target.probe === 'https'}, target, limitMs)
    case 'ws':
      return probe({...target, tls: false}, target, limitMs)
    case 'tls':
      return handshake(target, limitMs)
    case 'greeting':
      return greet(target, limitMs)
  }
}
