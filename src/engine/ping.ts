import {request} from 'node:http'

/** What an engine says of itself when it is asked whether it is there. */
export interface Pong {
  readonly apiVersion: string
  readonly engineName: string
  readonly engineVersion: string
}

/**
 * Asks `/_ping` and reads the versions from the headers, which dockerode does not hand out. `/version` would say them too, but
 * takes 20 times as long: the engine runs runc and docker-init to ask for theirs.
 */
export async function ping(socketPath: string, signal: AbortSignal): Promise<Pong> {
  return new Promise((resolve, reject) => {
    const call = request({socketPath, path: '/_ping', agent: false, signal}, response => {
      response.resume()
      const apiVersion = response.headers['api-version']
      if (response.statusCode === 200 && typeof apiVersion === 'string') {
        resolve({apiVersion, ...engineOf(String(response.headers.server))})
      } else {
        reject(Object.assign(new Error('no engine answered'), {statusCode: response.statusCode}))
      }
    })
    call.on('error', reject)
    call.end()
  })
}

/** "Docker/20.10.24 (linux)", "Libpod/4.3.1 (linux)". */
function engineOf(server: string): Pick<Pong, 'engineName' | 'engineVersion'> {
  const [, name = 'an engine', version = 'of unknown version'] = /^([^/\s]+)\/(\S+)/.exec(server) ?? []
  return {engineName: name === 'Libpod' ? 'Podman' : name, engineVersion: version}
}
