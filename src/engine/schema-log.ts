import type Docker from 'dockerode'
import {SCHEMA_DONE_LOG} from '../model/infrastructure.js'
import {readLogs} from './log-stream.js'

/** Resolves when MySQL's log tells that its scripts have run; never, if it ends without: whether it is ready tells more then. */
export async function schemaLogged(docker: Docker, container: string, signal: AbortSignal): Promise<void> {
  for await (const {line} of readLogs(docker, container, {follow: true, tty: false, signal}))
    if (line.includes(SCHEMA_DONE_LOG)) return
  await new Promise(() => undefined)
}
