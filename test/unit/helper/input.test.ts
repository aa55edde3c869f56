import assert from 'node:assert/strict'
import {mkdtemp, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {execa} from 'execa'
import {ROOT} from '../../support/lab.js'

describe('the input of the helper', () => {
  it('may begin with what the engine took for it: all or a part of the body of the request that attached us', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'apim-lab-helper-'))
    const path = join(folder, 'nonce')
    await writeFile(path, 'secret')
    const request = JSON.stringify({kind: 'read-nonce', path})
    const helper = ['--import', 'tsx', join(ROOT, 'src/helper/main.ts')]
    for (const leaked of ['', '{"stream":true,"stdin":true}', '"stdin":true}', '0\r\n\r\n']) {
      const child = execa(process.execPath, helper, {cwd: ROOT})
      child.stdout.once('data', () => child.stdin.end())
      child.stdin.write(`${leaked}\n${request}\n`)
      assert.deepEqual(JSON.parse((await child).stdout), {kind: 'nonce', content: 'secret'})
    }
    await rm(folder, {recursive: true})
  })
})
