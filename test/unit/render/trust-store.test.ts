import assert from 'node:assert/strict'
import {readFileSync} from 'node:fs'
import forge from 'node-forge'
import {openPkcs12} from '../../../src/mini/config/pkcs12.js'
import {createAuthority, issueCertificate} from '../../../src/render/certificates.js'
import {pkcs12TrustStore} from '../../../src/render/trust-store.js'

const KEYTOOL = new URL('../../mini/fixtures/keytool-17.p12', import.meta.url)

const trustedCertificates = async (store: Buffer, password: string) => (await openPkcs12(store, password)).trusted

const base64 = (pem: string) => pem.replaceAll(/\s/g, '')

describe('a trust store for JVMs', () => {
  const now = new Date()
  const authority = createAuthority('tester', now).certificate
  const other = createAuthority('other', now)
  const {certificate} = issueCertificate(other, ['localhost'], now)

  it('gives back what went in, in order, with its password only', async () => {
    const store = Buffer.from(pkcs12TrustStore({first: authority, second: certificate}, 'secret'))
    assert.deepEqual((await trustedCertificates(store, 'secret')).map(base64), [authority, certificate].map(base64))
    await assert.rejects(trustedCertificates(store, 'nope'), /is no PKCS12 file that the password opens: .*MAC/)
  })

  it('names each certificate', () => {
    const bytes = forge.util.createBuffer(
      Buffer.from(pkcs12TrustStore({alias: authority}, 'secret')).toString('binary'),
    )
    const store = forge.pkcs12.pkcs12FromAsn1(forge.asn1.fromDer(bytes), 'secret')
    assert.equal(store.getBags({friendlyName: 'alias'}).friendlyName?.length, 1)
  })

  it('marks them as trusted: a JVM passes over all others', async () => {
    const unmarked = forge.pkcs12.toPkcs12Asn1(null, [forge.pki.certificateFromPem(authority)], 'secret')
    const bytes = Buffer.from(forge.asn1.toDer(unmarked).getBytes(), 'binary')
    assert.deepEqual(await trustedCertificates(bytes, 'secret'), [])
  })

  it("is read as one that keytool made: encrypted, the JVM's way", async () => {
    const [pem = '', ...more] = await trustedCertificates(readFileSync(KEYTOOL), 'secret')
    assert.deepEqual(more, [])
    assert.match(forge.pki.certificateFromPem(pem).subject.getField('CN').value as string, /^apim-lab of /)
  })

  it('is no file that broke off, and nothing else', async () => {
    const store = Buffer.from(pkcs12TrustStore({alias: authority}, 'secret'))
    for (const broken of [store.subarray(0, 300), Buffer.alloc(0), Buffer.from('text'), Buffer.from('feedfeed', 'hex')])
      await assert.rejects(trustedCertificates(broken, 'secret'), /is no PKCS12 file that the password opens/)
  })
})
