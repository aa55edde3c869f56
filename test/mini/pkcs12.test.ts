import assert from 'node:assert/strict'
import {execFileSync} from 'node:child_process'
import {createPrivateKey, X509Certificate} from 'node:crypto'
import {mkdtempSync, readFileSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {openPkcs12} from '../../src/mini/config/pkcs12.js'
import {NODE} from './support/pki.js'

describe('mini: PKCS12 files', () => {
  let folder: string
  const path = (name: string) => join(folder, name)
  before(() => (folder = mkdtempSync(join(tmpdir(), 'apim-lab-key-'))))
  after(() => rmSync(folder, {recursive: true}))

  const pairOf = async (file: Buffer) => {
    const {keys, certificates, trusted} = await openPkcs12(file, 'secret')
    assert.deepEqual(trusted, [])
    const [key = ''] = keys
    return certificates.map(it => new X509Certificate(it)).find(it => it.checkPrivateKey(createPrivateKey(key)))
      ?.subject
  }

  it('give their key and its certificate', async () => {
    assert.equal(await pairOf(NODE.pfx), 'CN=localhost')
  })

  for (const [what, ...newKey] of [
    ['RSA', '-newkey', 'rsa:2048'],
    ['elliptic curves', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256'],
  ]) {
    it(`give them as new tools write them: ${what}`, async () => {
      const pem = path(`${what}.pem`)
      const p12 = path(`${what}.p12`)
      const made = ['-x509', '-nodes', '-subj', '/CN=made', '-keyout', pem, '-out', `${pem}.crt`]
      execFileSync('openssl', ['req', ...newKey, ...made], {stdio: 'ignore'})
      const files = ['-inkey', pem, '-in', `${pem}.crt`, '-out', p12]
      execFileSync('openssl', ['pkcs12', '-export', ...files, '-passout', 'pass:secret'])
      assert.equal(await pairOf(readFileSync(p12)), 'CN=made')
    })
  }

  it('are refused with the wrong password', () =>
    assert.rejects(openPkcs12(NODE.pfx, 'wrong'), /^Error: is no PKCS12 file that the password opens: \S/))
})
