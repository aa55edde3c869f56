import type Docker from 'dockerode'

interface Dialler {
  dial(options: object, done: (error: unknown) => void): void
}

/**
 * Whether the engine can have this image from its registry: the engine asks, since its proxy and its mirrors are not ours. False for
 * every failure, and for no answer in time.
 */
export async function registryAnswers(
  docker: Docker,
  image: string,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<boolean> {
  signal.throwIfAborted()
  const timeout = AbortSignal.timeout(timeoutMs)
  const answers = await new Promise<boolean>(resolve => {
    // dockerode's own call for this can't be aborted.
    const {dial} = docker.modem as Dialler
    dial.call(
      docker.modem,
      {
        path: `/distribution/${image}/json`,
        method: 'GET',
        statusCodes: {200: true},
        abortSignal: AbortSignal.any([signal, timeout]),
      },
      error => resolve(error === null || error === undefined),
    )
  })
  signal.throwIfAborted()
  return answers
}
