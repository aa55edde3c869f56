import type {LinkUse} from '../model/release.js'

export type LinkState = 'ok' | 'broken'

/** A link as it was found: what others may rely on in `links --json`. */
export interface LinkRow {
  readonly client: string
  readonly server: string
  readonly port: number
  readonly purpose: string
  readonly use: LinkUse
  readonly state: LinkState
  /** Where the client's own configuration has the address; null: no configuration names it. */
  readonly file: string | null
  readonly key: string | null
  readonly found: string | null
  readonly expected: string | null
  readonly detail: string
  /** What it is broken for, where that is not the link itself: `mysql is stopped`. */
  readonly cause?: string
  /** What is made of it on purpose now. */
  readonly fault?: string
  /** Messages that the client had to give up since it started, where it tells and there were any. */
  readonly dropped?: number
  /** What is odd about the way in which its configuration has it, and what comes of that, though the link itself works. */
  readonly warning?: string
}

/** Who may log in to which database. */
export interface DatabaseRow {
  readonly client: string
  readonly server: string
  readonly database: string
  /** Unknown: it could not be asked. */
  readonly access: 'allowed' | 'denied' | 'unknown'
  readonly state: LinkState
  readonly detail: string
  readonly cause?: string
  readonly fault?: string
}

export type Row = LinkRow | DatabaseRow

/** A row with the id of its link, as `printLinkId` makes it: what others may rely on in `links --json`. */
export type IdentifiedRow = Row & {readonly id: string}

/** What a probe came to. */
export interface Outcome {
  readonly ok: boolean
  readonly detail: string
  readonly cause?: string
}

export const isDatabaseRow = (row: Row): row is DatabaseRow => 'database' in row

export const stateOf = (ok: boolean): LinkState => (ok ? 'ok' : 'broken')

/** What a probe says of a row: its state, what was seen, and what else it is broken for. */
export const judged = ({ok, detail, cause}: Outcome): Pick<LinkRow, 'state' | 'detail' | 'cause'> => ({
  state: stateOf(ok),
  detail,
  ...(!ok && cause !== undefined && {cause}),
})
