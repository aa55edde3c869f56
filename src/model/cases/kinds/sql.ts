import * as z from 'zod'
import {expected} from '../../settings/values.js'
import {oneLine} from '../../one-line.js'
import {stepKind} from '../step-kind.js'
import {node, text} from '../values.js'

const MOST_SHOWN = 60

export const sql = stepKind({
  name: 'sql',
  summary: 'A query, which can only read; `exec` in the database server for one that writes',
  schema: z.strictObject(
    {
      database: node.describe('Database, such as apimgtdb'),
      query: text('a query').describe('One statement that reads'),
    },
    expected('a block such as {database: apimgtdb, query: SELECT 1}'),
  ),
  example: {database: 'apimgtdb', query: 'SELECT COUNT(*) FROM AM_API'},
  text: ({database, query}) => `${oneLine(query, MOST_SHOWN)} in ${database}`,
  expects: ['rows', 'matches'],
  names: ({database}) => [{path: ['database'], word: database, is: 'database'}],
  warns: ({database, query}) => [`SQL in ${database}: ${query}`],
})
