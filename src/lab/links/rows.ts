import type {LinkUse} from '../../model/release.js'

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
}

/** Who may log in to which database. */
export interface DatabaseRow {
  readonly client: string
  readonly server: string
  readonly database: string
  readonly access: 'allowed' | 'denied'
  readonly state: LinkState
  readonly detail: string
}

export type Row = LinkRow | DatabaseRow

/** What a probe came to. */
export interface Outcome {
  readonly ok: boolean
  readonly detail: string
}

export const isDatabaseRow = (row: Row): row is DatabaseRow => 'database' in row

export const stateOf = (ok: boolean): LinkState => (ok ? 'ok' : 'broken')
