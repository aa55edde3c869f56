import assert from 'node:assert/strict'
import {createServer} from 'node:http'
import type {AddressInfo} from 'node:net'
import {onMysql} from './support/in-cluster.js'
import {lifeIn} from './support/running-lab.js'
import {until} from './support/until.js'

describe('mini: the life of an API', function () {
  this.timeout(60_000)
  const {cluster, newCluster, close} = onMysql()
  const backend = createServer((request, response) => {
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify({path: request.url, authorization: request.headers.authorization ?? null}))
  })
  let url: string

  before(async () => {
    await new Promise<void>(resolve => backend.listen(0, '127.0.0.1', resolve))
    url = `http://localhost:${(backend.address() as AddressInfo).port}`
  })
  after(() => backend.close())
  afterEach(close)

  for (const schema of ['mini', 'product'] as const) {
    it(`goes from registration to revocation on ${schema === 'mini' ? "mini's own schema" : "the product's whole schema"}`, async () => {
      await newCluster(undefined, {schema})
      await cluster.startAll()
      const life = await lifeIn(cluster)
      const {keys} = await life.ready({name: 'Pizza', context: '/pizza', url})
      const token = await life.appToken(keys)
      const call = (bearer?: string) =>
        cluster.ask('gateway-1', 8243, '/pizza/1.0.0/menu?x=1', bearer === undefined ? {} : {bearer})
      const asked = await until('200', async () => {
        const it = await call(token)
        return it.status === 200 && it
      })
      assert.deepEqual(asked.body, {path: '/menu?x=1', authorization: null})
      assert.equal((await call()).status, 401)
      assert.equal((await call(keys.token)).status, 200)
      await life.revoke(keys, token)
      await until('401', async () => (await call(token)).status === 401)
      assert.equal((await call(keys.token)).status, 200)
    })
  }
})
