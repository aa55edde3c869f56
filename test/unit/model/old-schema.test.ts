import assert from 'node:assert/strict'
import {hopeless, verifySchema} from '../../../src/mini/databases/connect.js'
import type {Database} from '../../../src/mini/config/databases.js'
import {saysOldSchema} from '../../../src/model/old-schema.js'

const DATABASE: Database = {
  role: 'WSO2AM_DB',
  host: 'mysql',
  port: 3306,
  name: 'apimgtdb',
  user: 'publisher',
  password: 'secret',
  key: 'database.apim_db.url',
  tables: ['AM_API', 'SP_APP'],
  madeBy: 'dbscripts/apimgt/mysql.sql',
  creates: [],
}

/** A database with one table. */
const pool = {
  getConnection: () =>
    Promise.resolve({
      query: () => Promise.resolve([[{name: 'AM_API'}], []]),
      release: () => undefined,
      destroy: () => undefined,
    }),
}

describe('a database of an earlier version', () => {
  it("is known by the words in which a node of the built-in release says it: they are the end of up's error", async () => {
    const said = await verifySchema(pool as never, DATABASE).then(
      () => '',
      (error: Error) => error.message,
    )
    assert.match(said, /table SP_APP is missing/)
    assert.ok(saysOldSchema(said))
  })

  it('is not taken for other failures of a database', () => {
    const refused = Object.assign(new Error('no'), {code: 'ER_BAD_DB_ERROR'})
    assert.ok(!saysOldSchema(hopeless(DATABASE, refused)?.message ?? ''))
    assert.ok(!saysOldSchema('table x is missing'))
  })
})
