import {lookup} from 'node:dns/promises'
import {connect as tcpConnect, type Socket} from 'node:net'
import {connect as tlsConnect} from 'node:tls'
import type {LinkTarget} from '../model/helper-protocol.js'
import {ANSWER_MS, trust} from '../http/exchange.js'
import {broken, failure, ok, type Outcome} from '../http/outcome.js'
import {probe} from '../http/probe.js'

const onSocket = (socket: Socket, begin: string, done: (settle: (outcome: Outcome) => void) => void) =>
  new Promise<Outcome>(resolve => {
    const settle = (outcome: Outcome) => {
      socket.destroy()
      resolve(outcome)
    }
    socket.setTimeout(ANSWER_MS, () => settle(broken(`nothing came within ${ANSWER_MS} ms`)))
    socket.on('error', error => settle(failure(error)))
    socket.on('close', () => settle(broken('closed without a word')))
    socket.on(begin, () => done(settle))
  })

const handshake = ({host, port, serverName, authority}: LinkTarget) => {
  const socket = tlsConnect({host, port, servername: serverName, ...trust(authority)})
  const verified = authority === undefined ? 'not verified' : 'verified'
  return onSocket(socket, 'secureConnect', settle => settle(ok(`${verified} ${socket.getProtocol()}`)))
}

const greet = ({host, port, greeting}: LinkTarget) => {
  const socket = tcpConnect({host, port})
  return onSocket(socket, 'connect', settle => {
    if (!greeting) return settle(ok('accepts; its protocol says nothing first'))
    let seen = ''
    if (greeting.say) socket.write(greeting.say, 'latin1')
    socket.setEncoding('latin1')
    socket.on('data', (chunk: string) => {
      seen += chunk
      if (seen.length < greeting.expect.length) return
      settle(
        seen.startsWith(greeting.expect) ? ok('greets') : broken(`greets with ${JSON.stringify(seen.slice(0, 60))}`),
      )
    })
  })
}

/** What keeps the shared name from leading to this host; undefined where it does. */
async function aliasFault(alias: string, host: string): Promise<Outcome | undefined> {
  const addressesOf = async (name: string) => (await lookup(name, {all: true})).map(({address}) => address)
  try {
    const [shared, own] = await Promise.all([addressesOf(alias), addressesOf(host)])
    return own.some(address => shared.includes(address)) ? undefined : broken(`the name ${alias} does not lead to it`)
  } catch (error) {
    return failure(error)
  }
}

/** Exchanges bytes with the server of a link, from the network of its client. */
export async function probeLink(target: LinkTarget): Promise<Outcome> {
  const fault = target.alias === undefined ? undefined : await aliasFault(target.alias, target.host)
  return fault ?? exchange(target)
}

function exchange(target: LinkTarget): Promise<Outcome> {
  switch (target.probe) {
    case 'https':
    case 'http':
      return probe({...target, tls: target.probe === 'https'}, target)
    case 'ws':
      return probe({...target, tls: false}, target)
    case 'tls':
      return handshake(target)
    case 'greeting':
      return greet(target)
  }
}
