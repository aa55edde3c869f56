import {connect, createServer, type Server} from 'node:net'

const HOST = '127.0.0.1'

/** Takes a port of the loopback until the server is closed, or this process ends; undefined if someone has it. */
export const holdPort = (port: number): Promise<Server | undefined> =>
  new Promise(resolve => {
    // Who waits for this process does not keep it.
    const server = createServer(waiting => waiting.unref().on('error', () => undefined))
    server.once('error', () => resolve(undefined))
    server.listen(port, HOST, () => resolve(server.unref()))
  })

/** Takes a port as soon as nobody has it: who has it is connected to, and that connection ends with them. `wait` hears that it has to. */
export async function waitForPort(port: number, wait: () => void): Promise<Server> {
  for (let waited = false; ; waited = true) {
    const server = await holdPort(port)
    if (server) return server
    if (!waited) wait()
    const holder = connect(port, HOST)
    holder.on('error', () => undefined)
    await new Promise(resolve => holder.once('close', resolve))
  }
}
