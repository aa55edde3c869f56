import {execa} from 'execa'
import assert from 'node:assert/strict'
import {archive} from '../../../../src/engine/images/archive.js'

const files = new Map([
  ['Dockerfile', {content: Buffer.from('FROM x\n'), mode: 0o644}],
  ['a/b.sh', {content: Buffer.from('echo'), mode: 0o755}],
  [`${'long/'.repeat(30)}name`, {content: Buffer.from('x'), mode: 0o644}],
])

describe('archive', () => {
  it('is a tar with paths and modes', async () => {
    const {stdout} = await execa('tar', ['-tvf', '-'], {input: await archive(files)})
    const lines = stdout.split('\n').map(line => [line.slice(0, 10), line.split(' ').at(-1)])
    assert.deepEqual(lines, [
      ['-rw-r--r--', 'Dockerfile'],
      ['-rwxr-xr-x', 'a/b.sh'],
      ['-rw-r--r--', `${'long/'.repeat(30)}name`],
    ])
  })

  it('is the same for the same files', async () => {
    assert.ok((await archive(files)).equals(await archive(new Map(files))))
  })
})
