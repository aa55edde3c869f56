import {isSecretKey} from '../../config/rules.js'
import type {Redactor} from '../../model/redactor.js'

/** A document as JSON, with each of its texts redacted by itself: what is left is a document too. */
export function jsonText(document: unknown, redactor: Redactor): string {
  return `${JSON.stringify(redacted(document, redactor), undefined, 2) ?? 'null'}\n`
}

function redacted(value: unknown, redactor: Redactor): unknown {
  if (typeof value === 'string') return redactor.redact(value)
  if (typeof value === 'bigint') return String(value)
  if (Array.isArray(value)) return value.map(one => redacted(one, redactor))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, one]) => [
      key,
      typeof one === 'string' && one !== '' && isSecretKey(key) ? '***' : redacted(one, redactor),
    ]),
  )
}
