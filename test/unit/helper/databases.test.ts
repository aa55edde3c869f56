import assert from 'node:assert/strict'
import {knowsProtocol, tryLogin} from '../../../src/helper/databases/login.js'
import {DATABASE_SERVERS} from '../../../src/model/releases/servers/index.js'

describe("the helper's clients of databases", () => {
  for (const {name, protocol} of DATABASE_SERVERS) it(`speak to ${name}`, () => assert.ok(knowsProtocol(protocol)))

  it('say so where there is none', async () => {
    const login = {protocol: 'other', host: 'localhost', port: 1, user: 'a', password: 'b'}
    const {ok, detail} = await tryLogin(login, 'db')
    assert.deepEqual({ok, detail}, {ok: false, detail: 'the helper does not speak other'})
  })
})
