import {LabError} from '../errors.js'
import {MAKE_ROOM, saysDiskFull} from '../model/disk-full.js'

/** What dockerode and Node put on an error; decisions are made by these, never by the text. */
interface EngineError {
  readonly statusCode?: unknown
  readonly code?: unknown
  readonly json?: unknown
}

/** The engine's HTTP status, if the engine answered. */
export function statusOf(error: unknown): number | undefined {
  const status = (error as EngineError | undefined)?.statusCode
  return typeof status === 'number' ? status : undefined
}

/** The system's error code, such as ECONNREFUSED, if the connection failed. */
export function codeOf(error: unknown): string | undefined {
  const code = (error as EngineError | undefined)?.code
  return typeof code === 'string' ? code : undefined
}

/** It is not there, or not there any more. */
export const isNotFound = (error: unknown): boolean => statusOf(error) === 404

/** What the engine answers, or undefined where it has no such thing. */
export async function orNothing<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer
  } catch (error) {
    if (isNotFound(error)) return undefined
    throw error
  }
}

/** What fails in the engine becomes an error that the user can act on; `doing` as for `toLabError`. */
export async function telling<T>(doing: string, answer: Promise<T>): Promise<T> {
  try {
    return await answer
  } catch (error) {
    throw toLabError(error, doing)
  }
}

/** A name that is taken, something still in use, or a state that does not allow it. */
export const isConflict = (error: unknown): boolean => statusOf(error) === 409

/** Started or stopped already. */
export const isNotModified = (error: unknown): boolean => statusOf(error) === 304

/**
 * A container that can't be started any more: the engine died while it started it, and its runtime still has the task. The engine
 * answers 500 as for anything else, so that its words decide here (containerd's errdefs.ErrAlreadyExists and runc's ErrExist, in
 * 20.10 to 28).
 */
export const isLeftBehind = (error: unknown): boolean =>
  statusOf(error) === 500 &&
  /task .*already exists|container with (given )?id (already )?exists|ID already in use/i.test(engineMessage(error))

/** A name that two networks have; the engine answers 400 as for any wrong request, so that its words decide here too. */
export const isAmbiguous = (error: unknown): boolean =>
  statusOf(error) === 400 && /is ambiguous/.test(engineMessage(error))

const LOST = new Set([
  'ECONNRESET',
  'ECONNREFUSED',
  'ENOENT',
  'EPIPE',
  'ETIMEDOUT',
  'ERR_STREAM_PREMATURE_CLOSE',
  'ERR_STREAM_DESTROYED',
])

/** The connection broke, or the engine is gone, so nobody knows whether the last request was carried out. */
export function isConnectionLost(error: unknown): boolean {
  const code = codeOf(error)
  return code !== undefined && (LOST.has(code) || code.startsWith('HPE_'))
}

/** The engine's own words, for people to read. */
export function engineMessage(error: unknown): string {
  const json = (error as EngineError | undefined)?.json as {message?: unknown} | null | undefined
  if (typeof json?.message === 'string') return json.message.trim()
  const text = error instanceof Error ? error.message : String(error)
  return text.replace(/^\(HTTP code \d+\) [^-]*- /, '').trim()
}

/**
 * What the user can act on; `doing` completes "while ...", as in "creating gateway-1". Anything that does not come from the
 * engine or its connection is our bug and is returned as it is; so is an abort.
 */
export function toLabError(error: unknown, doing: string): LabError | unknown {
  if (error instanceof LabError) return error
  const status = statusOf(error)
  if (status !== undefined && saysDiskFull(engineMessage(error))) {
    return new LabError('disk-short', `The engine's disk is full (while ${doing}): ${engineMessage(error)}.`, {
      next: [...MAKE_ROOM, 'apim-lab up (continues where it stopped)'],
      cause: error,
    })
  }
  if (status !== undefined) {
    return new LabError('engine-failed', `Docker failed while ${doing}: ${engineMessage(error)} (HTTP ${status}).`, {
      next: ['apim-lab up', 'apim-lab doctor'],
      cause: error,
    })
  }
  if (codeOf(error) === 'EACCES') {
    return new LabError('engine-forbidden', `This user has no permission to use the Docker engine (while ${doing}).`, {
      next: ['sudo usermod -aG docker "$USER" && newgrp docker'],
      cause: error,
    })
  }
  if (isConnectionLost(error)) {
    return new LabError(
      'engine-failed',
      `The connection to the Docker engine was lost while ${doing} (${codeOf(error)}). The same command continues where it stopped.`,
      {
        next: ['apim-lab up', 'docker version'],
        cause: error,
      },
    )
  }
  return error
}
