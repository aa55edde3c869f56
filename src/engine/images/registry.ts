import type Docker from 'dockerode'
import {isLoginNeeded} from './login-needed.js'
import type {RegistryLogin} from './registry-login.js'

interface Dialler {
  dial(options: object, done: (error: unknown) => void): void
}

/** What a registry says to the question for an image: it has it, it wants a login, or nothing that helps. */
export type RegistryAnswer = 'has' | 'login-needed' | 'none'

interface AskOptions {
  readonly timeoutMs: number
  readonly signal: AbortSignal
  readonly login?: RegistryLogin | undefined
}

/**
 * Whether the engine can have this image from its registry: the engine asks, since its proxy and its mirrors are not ours. `none`
 * for every other failure, and for no answer in time.
 */
export async function askRegistry(
  docker: Docker,
  image: string,
  {timeoutMs, signal, login}: AskOptions,
): Promise<RegistryAnswer> {
  signal.throwIfAborted()
  const timeout = AbortSignal.timeout(timeoutMs)
  const answer = await new Promise<RegistryAnswer>(resolve => {
    // dockerode's own call for this can't be aborted.
    const {dial} = docker.modem as Dialler
    dial.call(
      docker.modem,
      {
        path: `/distribution/${image}/json`,
        method: 'GET',
        statusCodes: {200: true},
        abortSignal: AbortSignal.any([signal, timeout]),
        ...(login && {authconfig: {base64: login}}),
      },
      error => resolve(error === null || error === undefined ? 'has' : isLoginNeeded(error) ? 'login-needed' : 'none'),
    )
  })
  signal.throwIfAborted()
  return answer
}
