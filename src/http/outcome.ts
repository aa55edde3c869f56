export interface Outcome {
  readonly ok: boolean
  /** What was seen, in words. */
  readonly detail: string
  /** Only time ran out: asked again, it may answer. */
  readonly late?: boolean
  /** No name server answered: nothing is known of what was asked. */
  readonly nameless?: boolean
}

export const ok = (detail: string): Outcome => ({ok: true, detail})
export const broken = (detail: string): Outcome => ({ok: false, detail})

/** Nothing came in time. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer'

  constructor(ms: number, what = 'no answer') {
    super(`${what} within ${Math.round(ms)} ms`)
  }
}

/** What many questions may fail for at once. */
export const NO_NAME_SERVER = 'the name server does not answer'

const WORDS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ENOTFOUND: 'does not resolve in this network',
  EAI_AGAIN: NO_NAME_SERVER,
  EHOSTUNREACH: 'no route',
  ENETUNREACH: 'no route',
  ECONNRESET: 'connection reset',
  ETIMEDOUT: 'no answer',
  PROTOCOL_SEQUENCE_TIMEOUT: 'no answer',
}

const LATE = ['ETIMEDOUT', 'EAI_AGAIN', 'PROTOCOL_SEQUENCE_TIMEOUT']

/** A network error as a person would say it. */
export function failure(error: unknown): Outcome {
  const {code = '', message} = error as NodeJS.ErrnoException
  return {
    ...broken(WORDS[code] || message || String(error)),
    ...((error instanceof NoAnswer || LATE.includes(code)) && {late: true}),
    ...(code === 'EAI_AGAIN' && {nameless: true}),
  }
}
