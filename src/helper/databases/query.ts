import {broken, failure, ok, type Outcome} from '../../http/outcome.js'
import {machineLoad} from '../../http/machine-load.js'
import type {DatabaseLogin} from '../../model/helper-protocol.js'
import {underLoad} from '../../model/load.js'
import type {Row} from './client.js'
import {clientOf} from './login.js'

const ANSWER_MS = 8000
const MOST_TEXT = 64 * 1024

export type QueryOutcome = Outcome & {readonly hopeless?: boolean}

/** Rows as SQL clients print them in scripts: a tab between columns, a line a row, `NULL` for no value; no rows are no text. */
export function rowsText(rows: readonly Row[]): string {
  const text = rows.map(row => row.map(value => value ?? 'NULL').join('\t')).join('\n')
  return text.length > MOST_TEXT ? `${text.slice(0, MOST_TEXT)}…` : text
}

/** The rows of a query that reads. */
export async function runQuery(login: DatabaseLogin, database: string, query: string): Promise<QueryOutcome> {
  const client = clientOf(login)
  try {
    return ok(rowsText(await client.rowsOf({...login, database}, query, underLoad(ANSWER_MS, machineLoad()))))
  } catch (error) {
    if (client.isAboutQuery(error)) return {...broken((error as Error).message), hopeless: true}
    return failure(error)
  }
}
