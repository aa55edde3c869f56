import assert from 'node:assert/strict'
import {Redactor} from '../../../src/model/redactor.js'

const SECRET = 'kX9-_q+/&"<zT7'
const redactor = new Redactor()
redactor.add(SECRET)
redactor.add('ab')

const NAMED: readonly (readonly [string, string])[] = [
  ['{"access_token":"x1","expires_in":3}', '{"access_token":"***","expires_in":3}'],
  ['{\\"client_secret\\": \\"x1\\"}', '{\\"client_secret\\": \\"***\\"}'],
  ['password = "admin"', 'password = "***"'],
  ["key_password = 'a b'", "key_password = '***'"],
  ['password = "$ref{super_admin.password}"', 'password = "$ref{super_admin.password}"'],
  ['DB_PASSWORD=hunter2 OTHER=1', 'DB_PASSWORD=*** OTHER=1'],
  ['["DB_PASSWORD=hunter2","A=1"]', '["DB_PASSWORD=***","A=1"]'],
  ['GET /a?access_token=x1&b=2', 'GET /a?access_token=***&b=2'],
  ['Authorization: Bearer eyJ4.eyJ5.z', 'Authorization: Bearer ***'],
  ['authorization: Basic YWRtaW46YWRtaW4=', 'authorization: Basic ***'],
  ['jdbc:x://user:pa55@mysql:3306/db', 'jdbc:x://user:***@mysql:3306/db'],
  [
    'a\n-----BEGIN RSA PRIVATE KEY-----\nAAA\nBBB\n-----END RSA PRIVATE KEY-----\nb',
    'a\n-----BEGIN RSA PRIVATE KEY-----***-----END RSA PRIVATE KEY-----\nb',
  ],
  ['-----BEGIN PRIVATE KEY-----\ncut off', '-----BEGIN PRIVATE KEY-----***'],
  ['PASSWORD_FILE: /etc/apim-lab/root-password', 'PASSWORD_FILE: /etc/apim-lab/root-password'],
  ['Basic authentication is on', 'Basic authentication is on'],
]

describe('what is redacted', () => {
  const encoded: Readonly<Record<string, string>> = {
    'as it is': SECRET,
    'in a URL': encodeURIComponent(SECRET),
    'in JSON': JSON.stringify(SECRET).slice(1, -1),
    'in base64': Buffer.from(SECRET).toString('base64'),
    'in base64, after an account of any length': ['a', 'ab', 'abc']
      .map(user => Buffer.from(`${user}:${SECRET}:x`).toString('base64'))
      .join(' '),
    'in base64 of URLs': Buffer.from(SECRET).toString('base64url'),
    'in hexadecimal': Buffer.from(SECRET).toString('hex'),
  }
  for (const [how, text] of Object.entries(encoded))
    it(`is a secret ${how}`, () => {
      const shown = redactor.redact(`before ${text} after`)
      for (const part of text.split(' ')) assert.ok(!shown.includes(part), shown)
      assert.match(shown, /^before .*after$/)
      for (const [before, base64] of shown.matchAll(/([\w+/]+)\*\*\*/g))
        assert.ok(
          !Buffer.from(base64 ?? before, 'base64')
            .toString()
            .includes(SECRET.slice(0, 4)),
        )
    })

  for (const [text, expected] of NAMED)
    it(`is what is called a secret: ${JSON.stringify(text)}`, () => assert.equal(new Redactor().redact(text), expected))

  it('takes no time for ever', () => {
    const begin = performance.now()
    redactor.redact('password'.repeat(20_000) + 'Basic '.repeat(20_000) + '://'.repeat(50_000))
    assert.ok(performance.now() - begin < 10_000)
  })
})
