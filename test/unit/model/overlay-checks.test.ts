import assert from 'node:assert/strict'
import {LabError} from '../../../src/errors.js'
import {parseOverlay} from '../../../src/model/overlay.js'

const BAD: readonly (readonly [text: string, message: RegExp])[] = [
  ['[server]\noffset = 1', /server\.offset contradicts the lab: set ports\.offset/],
  ['[server]\nserver_role = "gateway-worker"', /server\.server_role contradicts the lab/],
  ['[transport.https.properties]\nproxyPort = 443', /proxyPort contradicts the lab/],
  ['[super_admin]\npassword = "a@b"', /super_admin\.password has a @, which the product copies into the AMQP URL/],
  ['[apim.throttling]\npassword = "a/b"', /apim\.throttling\.password has a \//],
  [
    '[database.shared_db]\npassword = "a<b"',
    /database\.shared_db\.password has a <, which the product copies into XML/,
  ],
  ['[keystore.tls]\npassword = "a&b"', /keystore\.tls\.password has a &/],
  ['[database.apim_db]\nurl = "jdbc:mysql://db/x?a=1&b=2"', /bare &.*write &amp;/],
]

const GOOD = [
  '[server]\nnode_ip = "10.0.0.1"',
  '[super_admin]\npassword = "Long-enough_1"',
  '[super_admin]\npassword = "$env{PASSWORD}"',
  '[database.apim_db]\nurl = "jdbc:mysql://db/x?a=1&amp;b=2"',
]

describe('an overlay that the product would break on', () => {
  for (const [text, message] of BAD)
    it(`${JSON.stringify(text)} is refused, with file and key`, () =>
      assert.throws(
        () => parseOverlay(text, 'gateway.toml'),
        (error: unknown) => {
          assert.ok(error instanceof LabError)
          assert.equal(error.code, 'overlay-invalid')
          assert.match(error.message, message)
          assert.match(error.message, /^gateway\.toml: /)
          return true
        },
      ))

  for (const text of GOOD) it(`${JSON.stringify(text)} is taken`, () => void parseOverlay(text, 'gateway.toml'))
})
