import assert from 'node:assert/strict'
import {urlChanges, urlStatements} from '../../../src/render/stored-urls.js'
import {topology} from '../../support/lab.js'

const STORED = [{database: 'apimgtdb', table: 'T', column: 'C', what: 'a callback'}]

describe('URLs that a lab has stored', () => {
  const changes = urlChanges(topology(), topology({lab: 'other', portOffset: 1000}))

  it('become those of another lab', () => {
    const devportal = changes.find(({from}) => from === 'https://devportal.apim.localhost:9443')
    assert.equal(devportal?.to, 'https://devportal.other.localhost:10443')
    assert.ok(changes.every(({from, to}) => from !== to))
  })

  it('stay where name and ports stay', () => {
    assert.deepEqual(urlChanges(topology(), topology()), [])
    assert.equal(urlStatements(STORED, []).size, 0)
  })

  it('are changed by one statement a column', () => {
    const [first] = changes
    assert.deepEqual(
      [...urlStatements(STORED, [first!])],
      [
        [
          'apimgtdb',
          `UPDATE T SET C = REPLACE(C, '${first!.from}', '${first!.to}') WHERE C LIKE '%${first!.from}%';\n`,
        ],
      ],
    )
  })
})
