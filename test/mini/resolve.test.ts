import assert from 'node:assert/strict'
import {isAway} from '../../src/mini/http/fault.js'
import {addressInHosts, lookup} from '../../src/mini/resolve.js'

describe('mini: names of peers', () => {
  it('are looked for in the hosts file', () => {
    const hosts = '127.0.0.1 localhost\n::1 six both\n# 10.0.0.1 off\n10.0.0.2\tkm  both # and a note\n'
    assert.equal(addressInHosts(hosts, 'km'), '10.0.0.2')
    assert.equal(addressInHosts(hosts, 'both'), '10.0.0.2')
    for (const name of ['off', 'six', 'note', '10.0.0.2', ''])
      assert.equal(addressInHosts(hosts, name), undefined, name)
  })

  it('are resolved for both ways of asking', async () => {
    const ask = (all: boolean) =>
      new Promise(resolve => lookup('localhost', {all}, (error, address, family) => resolve([error, address, family])))
    assert.deepEqual(await ask(false), [null, '127.0.0.1', 4])
    assert.deepEqual(await ask(true), [null, [{address: '127.0.0.1', family: 4}], undefined])
  })

  it('that do not exist are an error that names them', async () => {
    const error = await new Promise(resolve => lookup('no-such-peer.invalid', {}, resolve))
    assert.match(String(error), /can't resolve no-such-peer.invalid \(E\w+\)/)
    assert.ok(isAway(error), 'a peer without a name is away, as one that refuses')
  })
})
