import assert from 'node:assert/strict'
import {mkdtemp, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {execa} from 'execa'
import {createAuthority, issueCertificate, pkcs12KeyStore} from '../../src/render/certificates.js'
import {pkcs12TrustStore} from '../../src/render/trust-store.js'
import {ROOT} from '../support/lab.js'

const PASSWORD = 'wso2carbon'

describe('key stores, asked of a JVM', function () {
  this.timeout(300_000)
  let folder: string
  const path = (name: string) => join(folder, name)

  before(async () => {
    await execa(join(ROOT, 'test/support/jdk.sh'))
    folder = await mkdtemp(join(tmpdir(), 'apim-lab-stores-'))
    const now = new Date()
    const authority = createAuthority('somebody', now)
    const pair = issueCertificate(authority, ['gateway-1', 'gateway.apim.localhost'], now)
    const trusted = {'apim-lab': authority.certificate, gateway_certificate_alias: pair.certificate}
    await writeFile(path('key.jks'), pkcs12KeyStore(pair, authority.certificate, 'wso2carbon', PASSWORD))
    await writeFile(path('trust.jks'), pkcs12TrustStore(trusted, PASSWORD))
  })
  after(() => rm(folder, {recursive: true, force: true}))

  const list = async (file: string, type: string, ...more: string[]) => {
    const store = ['-keystore', path(file), '-storetype', type, '-storepass', PASSWORD]
    const {stdout} = await execa('keytool', ['-J-Duser.language=en', '-list', ...store, ...more])
    return stdout
  }

  // The product's configuration calls both JKS.
  for (const type of ['JKS', 'PKCS12']) {
    it(`the key store has the key and its chain, loaded as ${type}`, async () => {
      const text = await list('key.jks', type, '-v')
      assert.match(text, /Alias name: wso2carbon\n/)
      assert.match(text, /Entry type: PrivateKeyEntry\n/)
      assert.match(text, /Certificate chain length: 2\n/)
      assert.match(text, /DNSName: gateway\.apim\.localhost/)
    })

    it(`the trust store has certificates that are trusted, loaded as ${type}`, async () => {
      const text = await list('trust.jks', type)
      assert.match(text, /^apim-lab, .*trustedCertEntry/m)
      assert.match(text, /^gateway_certificate_alias, .*trustedCertEntry/m)
      assert.match(text, /contains 2 entries/)
    })
  }

  it('the trust store is refused with another password', async () => {
    const store = ['-keystore', path('trust.jks'), '-storetype', 'JKS', '-storepass', 'another']
    const {exitCode, stdout} = await execa('keytool', ['-J-Duser.language=en', '-list', ...store], {reject: false})
    assert.equal(exitCode, 1)
    assert.match(stdout, /password was incorrect|integrity check/i)
  })
})
