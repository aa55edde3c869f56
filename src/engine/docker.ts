import Docker from 'dockerode'
import {Agent, type AgentOptions, type ClientRequest, type IncomingMessage} from 'node:http'
import {inspect} from 'node:util'

/** Node's own hook, missing in its types. */
interface WithAddRequest {
  addRequest(request: ClientRequest, options: object): void
}

/**
 * An answer that breaks off half-way never settles dockerode's promise: it waits for the end of the body only. This agent
 * tells the request, which dockerode does listen to.
 */
class WatchfulAgent extends Agent {
  addRequest(request: ClientRequest, options: object): void {
    request.prependOnceListener('response', (response: IncomingMessage) => {
      response.once('close', () => {
        if (!response.complete) request.emit('error', brokenOff())
      })
    })
    ;(Agent.prototype as unknown as WithAddRequest).addRequest.call(this, request, options)
  }

  /** docker-modem describes each request's options in full, for a debug line that nobody reads. */
  [inspect.custom](): string {
    return 'WatchfulAgent'
  }
}

const brokenOff = () => Object.assign(new Error('the answer ended half-way'), {code: 'ECONNRESET'})

/** A client for the engine on a local socket; `version` pins the API ("1.41"). Reads nothing from the environment. */
export function openDocker(socketPath: string, version?: string): Docker {
  const options = {
    socketPath,
    // dockerode would take these from DOCKER_HOST.
    host: undefined,
    protocol: 'http',
    // Node would look whether the host is an address, with a regular expression that takes milliseconds to compile.
    agent: new WatchfulAgent({servername: ''} as AgentOptions),
    ...(version === undefined ? {} : {version: `v${version}`}),
  }
  return new Docker(options as Docker.DockerOptions)
}
