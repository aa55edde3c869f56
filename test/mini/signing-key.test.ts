import assert from 'node:assert/strict'
import {signingKeyOf} from '../../src/mini/oauth/signing-key.js'
import {NODE} from './support/pki.js'

describe('mini: the key that tokens are signed with', () => {
  const isPair = (pem: string) => {
    const {key, certificate} = signingKeyOf({key: pem, cert: pem, ca: []})
    return certificate.checkPrivateKey(key) && certificate.subject === 'CN=localhost'
  }

  for (const [what, pem] of [
    ['the key first', NODE.key + NODE.cert],
    ['the certificates first', NODE.cert + NODE.key],
  ] as const) {
    it(`comes out of a PEM file with ${what}`, () => {
      assert.ok(isPair(pem))
    })
  }
})
