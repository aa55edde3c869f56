import {request as ask, type IncomingMessage, type ServerResponse} from 'node:http'
import {connect} from 'node:net'
import type {Duplex} from 'node:stream'
import type {Component} from '../../src/mini/component.js'
import {route} from '../../src/mini/http/router.js'

/** Where the control plane's double has its REST APIs, and the gateway that goes with them: the other nodes hand on what they are asked. */
export const REST_PORT = 18_080

/** What is asked of a node that has several components: the double of the APIs tells them apart by the name that is called. */
const serverOf = (path: string) => (path.startsWith('/api/am/devportal/') ? 'devportal' : 'publisher')

function handOn(host: string, server: string, incoming: IncomingMessage, response: ServerResponse): void {
  const {method, url, headers} = incoming
  const away = () => {
    if (!response.headersSent) response.writeHead(502)
    response.end()
  }
  const outgoing = ask({host, port: REST_PORT, method, path: url, headers: {...headers, host: server}}, answer => {
    response.writeHead(answer.statusCode ?? 502, answer.headers)
    answer.pipe(response)
  })
  outgoing.on('error', away)
  incoming.pipe(outgoing)
}

function handOnUpgrade(host: string, {url, rawHeaders}: IncomingMessage, socket: Duplex, head: Buffer): void {
  const lines = Array.from({length: rawHeaders.length / 2}, (_, i) => rawHeaders.slice(2 * i, 2 * i + 2))
    .filter(([name]) => name!.toLowerCase() !== 'host')
    .map(([name, value]) => `${name}: ${value}\r\n`)
  const peer = connect(REST_PORT, host, () => {
    peer.write(`GET ${url} HTTP/1.1\r\nHost: gateway\r\n${lines.join('')}\r\n`)
    peer.write(head)
    socket.pipe(peer).pipe(socket)
  })
  for (const [one, other] of [
    [socket, peer],
    [peer, socket],
  ] as const)
    one.on('error', () => other.destroy())
}

/** What a node of the double answers besides its greetings: what the control plane at this host says. */
export const restAt = (host: string): Component => ({
  routes: {
    management: ['/api/am/*', '/client-registration/*', '/oauth2/*'].flatMap(path =>
      [route.get, route.post, route.put, route.delete].map(verb =>
        verb(path, ({path: asked, request, response}) => {
          handOn(host, serverOf(asked), request, response)
          return undefined
        }),
      ),
    ),
  },
  raw: {
    gateway: {request: (incoming, response) => handOn(host, 'gateway', incoming, response)},
    websocket: {
      request: (incoming, response) => handOn(host, 'gateway', incoming, response),
      upgrade: (incoming, socket, head) => handOnUpgrade(host, incoming, socket, head),
    },
  },
})
