import assert from 'node:assert/strict'
import {localDatabaseFile} from '../../../src/model/local-database.js'

describe('the file of the embedded database', () => {
  for (const [url, file] of [
    ['jdbc:h2:./solr/database/WSO2CARBON_DB;DB_CLOSE_ON_EXIT=FALSE', './solr/database/WSO2CARBON_DB'],
    ['jdbc:h2:file:/data/X', '/data/X'],
    ['jdbc:mysql://mysql:3306/carbon', undefined],
  ] as const)
    it(`${url} is ${file ?? 'none'}`, () => assert.equal(localDatabaseFile({database: {local: {url}}}), file))

  it('is the default one where nothing is said', () => assert.equal(localDatabaseFile({}), undefined))
})
