const SECOND = 1_000_000_000n

const WRITTEN = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d(?::\d\d)?)(?:\.(\d+))?(Z|[+-]\d\d:?\d\d)?$/

/** Nanoseconds since 1970 of a date and time in RFC 3339, as exact as it is written; local without a zone. Undefined for anything else. */
export function nanosOf(text: string): bigint | undefined {
  const [, date, time, fraction = '', zone = ''] = WRITTEN.exec(text) ?? []
  const ms = Date.parse(`${date}T${time}${zone}`)
  if (date === undefined || Number.isNaN(ms)) return undefined
  return BigInt(ms) * 1_000_000n + BigInt(fraction.slice(0, 9).padEnd(9, '0'))
}

/** The instant in RFC 3339, UTC, with nine digits: texts of instants sort as they do. */
export function instantText(nanos: bigint): string {
  const seconds = nanos / SECOND
  const second = new Date(Number(seconds) * 1000).toISOString().slice(0, 'YYYY-MM-DDThh:mm:ss'.length)
  return `${second}.${String(nanos % SECOND).padStart(9, '0')}Z`
}

/** Whole seconds since 1970, rounded down; 0 for what was before. */
export const wholeSeconds = (nanos: bigint): number => Number((nanos < 0n ? 0n : nanos) / SECOND)
