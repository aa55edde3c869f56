import type {DatabaseLogin} from '../../model/helper-protocol.js'
import type {Access} from '../../model/release.js'

export interface InDatabase extends DatabaseLogin {
  readonly database: string
}

/** What the helper asks a database server; each has a client of its own. Times in ms; all reject where the account does not get in. */
export interface DatabaseClient {
  /** Whether the marker row is there. */
  readonly hasMarker: (login: InDatabase, limitMs: number) => Promise<boolean>
  /** What the account may do in the database, nothing written. */
  readonly accessOf: (login: InDatabase, limitMs: number) => Promise<Access>
}
