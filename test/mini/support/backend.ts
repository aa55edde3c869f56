import {createServer} from 'node:http'
import type {AddressInfo} from 'node:net'

export interface Backend {
  readonly url: string
  /** Calls that it has answered. */
  calls(): number
  stop(): Promise<void>
}

/** What stands behind an API: answers every call at once. */
export const backend = async (): Promise<Backend> => {
  let calls = 0
  const server = createServer((request, response) => {
    calls++
    request.resume()
    response.writeHead(200, {'content-type': 'application/json'})
    response.end(JSON.stringify({path: request.url}))
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const {port} = server.address() as AddressInfo
  const stop = () =>
    new Promise<void>(resolve => {
      server.close(() => resolve())
      server.closeAllConnections()
    })
  return {url: `http://localhost:${port}`, calls: () => calls, stop}
}
