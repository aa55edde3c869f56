import assert from 'node:assert/strict'
import {mkdtemp, readdir, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {DataDirectory} from '../../../src/disk/data-directory.js'

describe('the certificate authority', () => {
  let path: string
  beforeEach(async () => {
    path = await mkdtemp(join(tmpdir(), 'apim-lab-ca-'))
  })
  afterEach(() => rm(path, {recursive: true}))

  it('is one, key and certificate of the same, when two first labs come at once', async () => {
    const pairs = Array.from({length: 8}, (_, i) => ({key: `key ${i}`, certificate: `certificate ${i}`}))
    const kept = await Promise.all(pairs.map(pair => new DataDirectory(path).writeAuthority(pair)))
    const one = await new DataDirectory(path).readAuthority()
    assert.ok(one && kept.every(({key, certificate}) => key === one.key && certificate === one.certificate))
    assert.equal(one.key?.replace('key', ''), one.certificate?.replace('certificate', ''))
    assert.deepEqual(await readdir(path), ['ca'])
  })
})
