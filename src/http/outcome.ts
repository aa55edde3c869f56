export interface Outcome {
  readonly ok: boolean
  /** What was seen, in words. */
  readonly detail: string
}

export const ok = (detail: string): Outcome => ({ok: true, detail})
export const broken = (detail: string): Outcome => ({ok: false, detail})

const WORDS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ENOTFOUND: 'its name is not known in this network',
  EAI_AGAIN: 'its name is not known in this network',
  EHOSTUNREACH: 'no route',
  ENETUNREACH: 'no route',
  ECONNRESET: 'connection reset',
  ETIMEDOUT: 'no answer',
}

/** A network error as a person would say it. */
export function failure(error: unknown): Outcome {
  const {code, message} = error as NodeJS.ErrnoException
  return broken((code && WORDS[code]) || message || String(error))
}
