import assert from 'node:assert/strict'
import {mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {LabFolder} from '../../../../src/disk/lab-folder.js'
import {indexPage} from '../../../../src/lab/capture/page.js'
import {jsonText} from '../../../../src/lab/capture/redact-json.js'
import {labSecrets} from '../../../../src/lab/state/lab-secrets.js'
import {Redactor} from '../../../../src/model/redactor.js'
import {topology} from '../../../support/lab.js'

describe('what is secret in a lab', () => {
  let folder: LabFolder
  before(async () => {
    folder = new LabFolder(await mkdtemp(join(tmpdir(), 'apim-lab-secrets-')))
  })
  after(() => rm(folder.path, {recursive: true}))

  it("is its own, what curl's lines have, and what its user's files and variables call so", async () => {
    await folder.writePrivate('secrets', JSON.stringify({databaseRoot: 'root-password-of-the-lab', accounts: {}}))
    await folder.writeCurl(
      'Kept1',
      'header = "Authorization: Bearer token-of-a-walk"\nuser = "client:secret-of-a-client"\n',
    )
    const content =
      '[database.apim_db]\npassword = "overlay-password"\nusername = "some-user"\n[x]\nsecret = "$ref{y.z}"\n'
    const components = {
      gateway: {overlay: {path: 'a.toml', content}, environment: {DB_PASSWORD: 'variable-password'}},
    }
    const {redactor, known} = await labSecrets(folder, topology({components} as never))
    assert.ok(known)
    for (const secret of [
      'root-password-of-the-lab',
      'token-of-a-walk',
      'secret-of-a-client',
      'overlay-password',
      'variable-password',
    ])
      assert.equal(redactor.redact(`a ${secret} b`), 'a *** b')
    assert.equal(redactor.redact('some-user'), 'some-user')
  })

  it('is not known where it can not be read', async () => {
    await folder.writePrivate('secrets', 'damaged')
    assert.equal((await labSecrets(folder, undefined)).known, false)
  })
})

describe('a document', () => {
  it('is one still when it is redacted', () => {
    const text = jsonText(
      {Env: ['DB_PASSWORD=a"b', 'A=1'], password: 'x', nested: [{client_secret: 'y'}]},
      new Redactor(),
    )
    assert.deepEqual(JSON.parse(text), {
      Env: ['DB_PASSWORD=***"b', 'A=1'],
      password: '***',
      nested: [{client_secret: '***'}],
    })
  })
})

describe('the page of a capture', () => {
  const summary = {
    lab: '<b>',
    release: 'mini',
    apimLab: '1',
    at: '2026-01-01T00:00:00Z',
    since: '2026-01-01T00:00:00Z',
    parts: [{path: 'logs/a "b"#.txt', title: '<script>', bytes: 1234, cut: true}],
    leftOut: [{what: '<img>', why: 'it & that'}],
  }

  it('shows all as text, and leads nowhere but to its files', () => {
    const page = indexPage(summary, [{path: 'links.json', text: '[{"id":"<a>","state":"broken","detail":"<i>"}]'}])
    assert.doesNotMatch(page, /<script|<img|<b>|<i>|https?:|url\(|undefined/)
    assert.match(page, /&lt;a&gt;/)
    assert.deepEqual(
      [...page.matchAll(/href="([^"]*)"/g)].map(([, href]) => href),
      ['capture.json', 'logs/a%20%22b%22%23.txt'],
    )
  })

  it('does without parts that are damaged', () =>
    assert.match(indexPage(summary, [{path: 'status.json', text: '{"nodes":3}'}]), /Left out/))
})
