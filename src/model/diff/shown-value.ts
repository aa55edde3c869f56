import {isSecret} from '../../config/secret-values.js'
import {isTable} from '../../config/table.js'

const HIDDEN = '***'

const partsOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value.flatMap(partsOf) : [value])

/** JSON has no whole numbers beyond 2^53. */
const plain = (value: unknown): unknown => {
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : String(value)
  return Array.isArray(value) ? value.map(plain) : value
}

/** The table of encrypted passwords; of an encrypted one nobody else needs to know more than that it is another. */
const isEncrypted = (key: string) => /^secrets\./.test(key)

/** A value as it may be shown: null where there is none, `***` in place of a secret, of a table only that it is one. */
export function shownValue(key: string, value: unknown): {readonly value: unknown; readonly secret: boolean} {
  if (value === undefined) return {value: null, secret: false}
  if (isTable(value)) return {value: '(a table)', secret: false}
  const secret =
    isEncrypted(key) || partsOf(value).some(part => isSecret(key, typeof part === 'bigint' ? String(part) : part))
  return secret ? {value: HIDDEN, secret} : {value: plain(value), secret}
}
