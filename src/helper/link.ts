import {lookup} from 'node:dns/promises'
import {request as httpRequest} from 'node:http'
import {request as httpsRequest} from 'node:https'
import {connect as tcpConnect, type Socket} from 'node:net'
import {connect as tlsConnect} from 'node:tls'
import type {LinkTarget} from '../model/helper-protocol.js'
import {broken, failure, ok, type Outcome} from './outcome.js'

/** Long for a machine that is busy; what is not there is refused at once. */
const ANSWER_MS = 8000

const UPGRADE = {
  connection: 'Upgrade',
  upgrade: 'websocket',
  'sec-websocket-version': '13',
  'sec-websocket-key': 'YXBpbS1sYWIgbGluayBwcg==',
}

const trust = (authority: string | undefined) =>
  authority === undefined ? {rejectUnauthorized: false} : {ca: authority}

/** An HTTP answer, whatever its status: bytes went both ways, and over TLS the certificate was verified. */
const answer = (target: LinkTarget, tls: boolean) =>
  new Promise<Outcome>(resolve => {
    const {host, port, serverName, authority, path = '/services/Version', hostHeader = serverName, upgrade} = target
    const send = tls ? httpsRequest : httpRequest
    const request = send(
      {
        host,
        port,
        path,
        headers: {host: `${hostHeader}:${port}`, ...(upgrade && UPGRADE)},
        timeout: ANSWER_MS,
        agent: false,
        ...(tls && {servername: serverName, ...trust(authority)}),
      },
      response => {
        response.resume()
        response.on('end', () => {
          const {statusCode: status = 0} = response
          // 421 and 502 to 504 are the load balancer's own words for "not this host" and "no backend".
          const refused = status === 421 || (status >= 502 && status <= 504)
          resolve(refused ? broken(`HTTP ${status}: nothing behind it answers`) : ok(`HTTP ${status}`))
        })
        response.on('error', error => resolve(failure(error)))
      },
    )
    request.on('upgrade', (response, socket) => {
      socket.destroy()
      resolve(ok(`HTTP ${response.statusCode}`))
    })
    request.on('timeout', () => request.destroy(new Error(`no answer within ${ANSWER_MS} ms`)))
    request.on('error', error => resolve(failure(error)))
    request.end()
  })

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
      return answer(target, target.probe === 'https')
    case 'ws':
      return answer(target, false)
    case 'tls':
      return handshake(target)
    case 'greeting':
      return greet(target)
  }
}
