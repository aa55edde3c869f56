import {createServer} from 'node:net'

/** Whether something on this host listens there already: asked by binding, the one question that can't be wrong. */
export function portInUse(address: string, port: number): Promise<boolean> {
  return new Promise(resolve => {
    const server = createServer()
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code === 'EADDRINUSE'))
    server.listen({host: address, port, exclusive: true}, () => server.close(() => resolve(false)))
  })
}
