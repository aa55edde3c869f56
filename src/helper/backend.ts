import {createServer, type IncomingMessage} from 'node:http'
import type {AddressInfo} from 'node:net'
import {WebSocketServer} from 'ws'

/** What a caller proves itself by: not shown to whoever reads the echo. */
const SECRET = /^(authorization|proxy-authorization|cookie|apikey|internal-key|x-jwt-assertion)$/

const echoOf = ({method, url, headers}: IncomingMessage) => ({
  method,
  path: url,
  headers: Object.fromEntries(Object.entries(headers).filter(([name]) => !SECRET.test(name))),
})

/** A backend for APIs: tells every HTTP request back as JSON, and every WebSocket message as it is. Returns its port. */
export function serveBackend(): Promise<number> {
  const server = createServer((request, response) => {
    request.resume()
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify(echoOf(request)))
  })
  const sockets = new WebSocketServer({server})
  sockets.on('connection', socket => {
    socket.on('error', () => socket.terminate())
    socket.on('message', (data, isBinary) => socket.send(data, {binary: isBinary}))
  })
  return new Promise((resolve, reject) => {
    sockets.on('error', reject)
    server.listen(0, () => resolve((server.address() as AddressInfo).port))
  })
}
