import type {DatabaseLogin} from '../../model/helper-protocol.js'
import type {Access} from '../../model/release.js'

export interface InDatabase extends DatabaseLogin {
  readonly database: string
}

export type Row = readonly (string | null)[]

/** What the helper asks a database server; each has a client of its own. Times in ms; all reject where the account does not get in. */
export interface DatabaseClient {
  /** Whether the marker row is there. */
  readonly hasMarker: (login: InDatabase, limitMs: number) => Promise<boolean>
  /** What the account may do in the database, nothing written. */
  readonly accessOf: (login: InDatabase, limitMs: number) => Promise<Access>
  /** The rows of a query, each value as the server writes it; it can write nothing. */
  readonly rowsOf: (login: InDatabase, query: string, limitMs: number) => Promise<readonly Row[]>
  /** Whether an error is about the query itself: one that is no SQL, or that writes. */
  readonly isAboutQuery: (error: unknown) => boolean
}
