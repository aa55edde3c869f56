import type {Severity} from './finding.js'
import type {LintedSet, ParsedFile} from './linted-set.js'
import type {Position} from '../config/toml-source.js'

/** What a rule has found in a file. */
export interface Found {
  readonly key: string
  readonly message: string
  /** In place of the rule's own. */
  readonly severity?: Severity
  readonly fix?: string
  readonly looksLike?: string
  /** In place of where the key stands. */
  readonly at?: Position
}

/** One kind of mistake: its words, the same in findings and in its page, and how it is seen. */
export interface Rule {
  readonly code: string
  /** The mildest or usual one; a finding may say otherwise. */
  readonly severity: Severity
  readonly title: string
  readonly why: string
  readonly looksLike: string
  readonly fix: string
  /** `broken`: asked of files that are no TOML too; the others have no table to look at then. */
  readonly of?: 'broken'
  readonly check: (file: ParsedFile, set: LintedSet) => readonly Found[]
}
