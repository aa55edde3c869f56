import assert from 'node:assert/strict'
import {cacheOf, ttlUntil} from '../../src/mini/cache.js'
import {Revoked} from '../../src/mini/components/gateway/revoked.js'
import {until} from './support/until.js'

describe('mini: caches', () => {
  it('what was used longest ago goes first', () => {
    const cache = cacheOf<number>(2)
    cache.set('a', 1)
    cache.set('b', 2)
    cache.get('a')
    cache.set('c', 3)
    assert.deepEqual([...cache.keys()].sort(), ['a', 'c'])
  })

  it('what has ended already is not kept for ever', async () => {
    const cache = cacheOf<number>(2)
    for (const [i, end] of [Date.now(), Date.now() - 60_000, 0].entries()) {
      cache.set(String(i), i, {ttl: ttlUntil(end)})
      await until('its end', () => cache.get(String(i)) === undefined)
    }
  })

  it('a revoked token is remembered until it would have ended, and told on', async () => {
    const revoked = new Revoked()
    const end = Date.now() + 60_000
    revoked.add({revokedToken: 'long', tokenType: 'DEFAULT', expiryTime: end})
    revoked.add({revokedToken: 'short', tokenType: 'DEFAULT', expiryTime: Date.now() + 5})
    await until('the end of the short one', () => !revoked.has('short'))
    assert.ok(revoked.has('long'))
    assert.deepEqual(revoked.all(), [{revokedToken: 'long', tokenType: 'DEFAULT', expiryTime: end}])
  })
})
