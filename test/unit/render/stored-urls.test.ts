import assert from 'node:assert/strict'
import {urlChanges, urlStatements} from '../../../src/render/stored-urls.js'
import {RELEASES, topology} from '../../support/lab.js'

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

  for (const {name, components, storedUrls} of RELEASES) {
    const portal = ['publisher', 'control-plane'].find(it => components.some(component => component.name === it))
    if (portal === undefined || storedUrls.length === 0) continue
    it(`of a portal of ${name} lead to the other lab, both for its login and its logout`, () => {
      const moved = urlChanges(topology({release: name}), topology({release: name, lab: 'other', portOffset: 1000}))
      const callback = (host: string) =>
        `regexp=(https://${host}/publisher/services/auth/callback/login|https://${host}/publisher/services/auth/callback/logout)`
      assert.equal(
        moved.reduce((text, {from, to}) => text.replaceAll(from, to), callback(`${portal}.apim.localhost:9443`)),
        callback(`${portal}.other.localhost:10443`),
      )
    })
  }

  it('are known of every release that has portals', () =>
    assert.deepEqual(
      RELEASES.filter(({storedUrls}) => storedUrls.length === 0).map(({name}) => name),
      ['four'],
    ))
})
