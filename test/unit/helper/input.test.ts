import assert from 'node:assert/strict'
import {execa} from 'execa'
import {HELPER_PROGRAM} from '../../support/helper-program.js'
import {ROOT} from '../../support/lab.js'

describe('the input of the helper', function () {
  this.timeout(30_000)

  it('may begin with what the engine took for it: all or a part of the body of the request that attached us', async () => {
    const login = {host: '127.0.0.1', port: 1, user: 'nobody', password: ''}
    const request = JSON.stringify({kind: 'probe-login', id: 7, database: 'none', login})
    for (const leaked of ['', '{"stream":true,"stdin":true}', '"stdin":true}', '0\r\n\r\n']) {
      const child = execa(process.execPath, HELPER_PROGRAM, {cwd: ROOT})
      child.stdout.once('data', () => child.stdin.end())
      child.stdin.write(`${leaked}\n${request}\n`)
      const {kind, id, ok} = JSON.parse((await child).stdout) as {kind: string; id: number; ok: boolean}
      assert.deepEqual({kind, id, ok}, {kind: 'result', id: 7, ok: false})
    }
  })
})
