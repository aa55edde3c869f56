import assert from 'node:assert/strict'
import {isSecretColumn, rowsQuery, tablesIn} from '../../../../src/lab/capture/database-part.js'
import {DATABASE_SERVERS} from '../../../../src/model/releases/servers/index.js'

describe('rows of a database', () => {
  it('have no column that is called a secret', () => {
    const secret = [
      'CONSUMER_SECRET',
      'ACCESS_TOKEN',
      'REFRESH_TOKEN',
      'ACCESS_TOKEN_HASH',
      'UM_USER_PASSWORD',
      'UM_SALT_VALUE',
    ]
    const shown = ['CONSUMER_KEY', 'TOKEN_ID', 'REFRESH_TOKEN_EXPIRE_TIME', 'USER_TYPE', 'API_NAME', 'TOKEN_STATE']
    assert.deepEqual([...secret, ...shown].filter(isSecretColumn), secret)
  })

  it('are asked for by tables and columns as they are named', () => {
    const tables = tablesIn("A\tONE\nA\tPASSWORD\nit's\t`x`\n\nno column\n")
    assert.deepEqual(tables, [
      {name: 'A', columns: ['ONE', 'PASSWORD']},
      {name: "it's", columns: ['`x`']},
    ])
    const [mysql] = DATABASE_SERVERS
    assert.equal(
      rowsQuery(tables[0]!, mysql.dump),
      "SELECT '# A ONE PASSWORD';\nSELECT `ONE`, '***' FROM `A` LIMIT 1000;\n",
    )
    assert.equal(rowsQuery(tables[1]!, mysql.dump), "SELECT '# it''s `x`';\nSELECT ```x``` FROM `it's` LIMIT 1000;\n")
  })
})
