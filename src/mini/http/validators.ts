import {createHash} from 'node:crypto'

/** A timestamp of an answer, `2026-11-29 20:15:00.123` or ISO 8601; undefined where it is none. */
function momentOf(value: unknown): string | undefined {
  if (typeof value !== 'string' || !/^\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d/.test(value)) return undefined
  const at = new Date(`${value.replace(' ', 'T').replace(/Z$/, '')}Z`)
  return Number.isNaN(at.getTime()) ? undefined : at.toUTCString()
}

/** By what a client tells later whether an answer is still as it was: ETag and, of what says when it was changed, Last-Modified. */
export function validatorsOf(body: unknown, bytes: Buffer): Readonly<Record<string, string>> {
  const changed = momentOf((body as {readonly lastUpdatedTime?: unknown}).lastUpdatedTime)
  return {
    etag: `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 27)}"`,
    ...(changed !== undefined && {'last-modified': changed}),
  }
}

/** Whether a client has an answer already: section 13.1.2 of RFC 9110. */
export const isKnown = (ifNoneMatch: string | undefined, etag: string): boolean =>
  (ifNoneMatch ?? '').split(',').some(it => it.trim().replace(/^W\//, '') === etag)
