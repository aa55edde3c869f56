import assert from 'node:assert/strict'
import {execFileSync} from 'node:child_process'
import {mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {signingKeyOf} from '../../src/mini/oauth/signing-key.js'
import {ELSEWHERE, NODE} from './support/pki.js'

describe('mini: the key that tokens are signed with', () => {
  const isPair = async (store: Parameters<typeof signingKeyOf>[0]) => {
    const {key, certificate} = await signingKeyOf(store)
    return certificate.checkPrivateKey(key) && certificate.subject === 'CN=localhost'
  }

  for (const [what, pem] of [
    ['the key first', NODE.key + NODE.cert],
    ['the certificates first', NODE.cert + NODE.key],
  ] as const) {
    it(`comes out of a PEM file with ${what}`, async () => {
      assert.ok(await isPair({key: Buffer.from(pem), cert: Buffer.from(pem)}))
    })
  }

  it('comes out of a PKCS12 file', async () => {
    assert.ok(await isPair({pfx: NODE.pfx, passphrase: 'secret'}))
  })

  it('comes out of a PKCS12 file as new tools write them', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'apim-lab-key-'))
    try {
      const [pem, p12] = [join(folder, 'node.pem'), join(folder, 'node.p12')]
      writeFileSync(pem, NODE.key + NODE.cert)
      execFileSync('openssl', ['pkcs12', '-export', '-in', pem, '-out', p12, '-passout', 'pass:secret'])
      assert.ok(await isPair({pfx: readFileSync(p12), passphrase: 'secret'}))
    } finally {
      rmSync(folder, {recursive: true})
    }
  })

  it('is refused with the wrong password', async () => {
    await assert.rejects(signingKeyOf({pfx: ELSEWHERE.pfx, passphrase: 'wrong'}))
  })
})
