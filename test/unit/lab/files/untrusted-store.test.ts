import assert from 'node:assert/strict'
import {X509Certificate} from 'node:crypto'
import {mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {LabFolder} from '../../../../src/disk/lab-folder.js'
import {LabError} from '../../../../src/errors.js'
import {untrustedStore} from '../../../../src/lab/files/untrusted-store.js'
import {renderLab} from '../../../../src/render/render.js'
import {secrets, templates, TLS, topology} from '../../../support/lab.js'

const NOW = new Date()
const STORE = 'repository/resources/security/wso2carbon.pem'

describe('a certificate that nobody trusts', () => {
  let folder: LabFolder
  beforeEach(async () => void (folder = new LabFolder(await mkdtemp(join(tmpdir(), 'apim-lab-untrusted-')))))
  afterEach(() => rm(folder.path, {recursive: true}))

  it('is made only where it is asked for', async () => {
    const lab = topology()
    assert.equal(await untrustedStore(folder, {topology: lab, secrets: secrets(lab)}, NOW), undefined)
    assert.equal(await folder.readPrivate('untrusted'), undefined)
  })

  it('has the names of the lab, stays, and is in the nodes of that component alone', async () => {
    const lab = topology({components: {gateway: {certificate: 'untrusted'}}})
    const asked = {topology: lab, secrets: secrets(lab)}
    const untrusted = await untrustedStore(folder, asked, NOW)
    assert.ok(untrusted !== undefined)
    assert.deepEqual(await untrustedStore(folder, asked, NOW), untrusted)
    const certificate = new X509Certificate(String(untrusted))
    assert.ok(certificate.checkHost('gateway-1'))
    assert.match(certificate.issuer, /nobody/)
    const {files} = renderLab({...asked, templates: templates(), tls: {...TLS, untrusted}, folder: folder.path})
    const storeOf = (node: string) => files.find(({path}) => path === `config/${node}/${STORE}`)?.content
    assert.equal(storeOf('gateway-1'), untrusted)
    assert.equal(storeOf('publisher-1'), TLS.keyStore)
  })
})

describe("stores of the user's own", () => {
  const file = {path: 'own.pem', source: '/own.pem', sha256: 'a'.repeat(64)}
  const refused = (message: RegExp) => (error: unknown) =>
    error instanceof LabError && error.code === 'usage-invalid' && message.test(error.message)

  it("lie over the lab's", () => {
    const lab = topology({components: {gateway: {keyStore: file, trustStore: file}}})
    const targets = lab.nodes.find(({component}) => component === 'gateway')!.files.map(({target}) => target)
    assert.deepEqual(targets, [
      `/home/wso2carbon/wso2-config-volume/${STORE}`,
      '/home/wso2carbon/wso2-config-volume/repository/resources/security/client-truststore.pem',
    ])
  })

  it('are refused where they have no place', () => {
    const gateway = {keyStore: file, certificate: 'untrusted'} as const
    assert.throws(() => topology({components: {gateway}}), refused(/no place/))
    const product = {release: '3.2.0', tls: 'product', components: {gateway: {keyStore: file}}} as const
    assert.throws(() => topology(product), refused(/own key stores/))
    assert.throws(() => topology({components: {mysql: {certificate: 'untrusted'}}}), refused(/no key store/))
  })
})
