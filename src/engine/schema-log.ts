import type Docker from 'dockerode'
import {readLogs} from './log-stream.js'

/**
 * Resolves when a database server logs `done`: its schema scripts have run. Never, if it ends without: whether it is ready tells more
 * then.
 */
export async function schemaLogged(
  docker: Docker,
  {container, done}: {readonly container: string; readonly done: string},
  signal: AbortSignal,
): Promise<void> {
  for await (const {line} of readLogs(docker, container, {follow: true, tty: false, signal}))
    if (line.includes(done)) return
  await new Promise(() => undefined)
}
