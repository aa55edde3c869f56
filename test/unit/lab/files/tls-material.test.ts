import assert from 'node:assert/strict'
import type {LabFolder} from '../../../../src/disk/lab-folder.js'
import {labSecrets} from '../../../../src/lab/files/tls-material.js'
import {topology} from '../../../support/lab.js'

/** A folder of which only the secrets are asked for. */
function folderWith(first?: string) {
  let kept = first
  const folder = {
    readPrivate: () => Promise.resolve(kept),
    writePrivate: (_: string, text: string) => Promise.resolve((kept = text)),
  }
  return folder as unknown as LabFolder
}

describe('the secrets of a lab', () => {
  const {release} = topology({release: '4.7.0'})

  it('are made once: nodes would be recreated, and what is encrypted could not be read', async () => {
    const folder = folderWith()
    const first = await labSecrets(folder, release)
    assert.deepEqual(await labSecrets(folder, release), first)
    assert.match(first.encryptionKey, /^[0-9a-f]{64}$/)
    assert.deepEqual(Object.keys(first.accounts), ['key-manager', 'control-plane', 'traffic-manager', 'gateway'])
  })

  it('are made where they lack, or are no secrets', async () => {
    const secrets = await labSecrets(
      folderWith(JSON.stringify({databaseRoot: 'r'.repeat(24), encryptionKey: 'short'})),
      release,
    )
    assert.equal(secrets.databaseRoot, 'r'.repeat(24))
    assert.match(secrets.encryptionKey, /^[0-9a-f]{64}$/)
  })
})
