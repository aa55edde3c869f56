import type {Found, Rule} from '../rule.js'
import {valueAt, type LintedSet, type ParsedFile} from '../linted-set.js'

/** The value that most files of a set have. */
function usual(key: string, {files}: LintedSet): string | undefined {
  const values = files.filter(({complete}) => complete).flatMap(({values}) => valueAt(values, key) ?? [])
  return values.toSorted(
    (a, b) => values.filter(value => value === b).length - values.filter(value => value === a).length,
  )[0]
}

/** What a file has otherwise than most of its set; never the value. */
const differing = (file: ParsedFile, set: LintedSet, same: Readonly<Record<string, string>>): readonly Found[] =>
  set.isSet && file.complete
    ? Object.entries(same).flatMap(([key, why]) => {
        const own = valueAt(file.values, key)
        return own === undefined || own === usual(key, set)
          ? []
          : [{key, message: `${key} is not what the other files have: ${why}`}]
      })
    : []

/** What all nodes must have alike. */
export const SET_RULES: readonly Rule[] = [
  {
    code: 'differs-in-set',
    severity: 'warning',
    title: 'Nodes with different accounts or user stores',
    why: 'All nodes read the same users, and log in to one another with the account of the administrator.',
    looksLike: 'A 401 between nodes, or: Login failed ! Remote user store or authenticator',
    fix: 'Give all nodes the same value.',
    check: (file, set) => differing(file, set, set.release.config.same),
  },
  {
    code: 'key-store-differs',
    severity: 'warning',
    title: 'Nodes with different key stores',
    why: 'Tokens are signed, and what is in the shared databases is encrypted, with the key of the node that was at work.',
    looksLike: '401 with code 900901 for a fresh token, or javax.crypto.BadPaddingException: Decryption error',
    fix: 'Give all nodes the same primary and internal key store, with the same alias.',
    check: (file, set) => differing(file, set, set.release.config.sameStores),
  },
]
