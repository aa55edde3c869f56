import {makeCluster, type Cluster} from './support/cluster.js'
import {startMysql, type Databases, type MysqlServer} from './support/mysql-server.js'

describe('mini: all components together', function () {
  this.timeout(120_000)
  let server: MysqlServer
  let databases: Databases
  let cluster: Cluster

  before(async () => {
    server = await startMysql()
  })
  after(() => server.stop())
  afterEach(async () => {
    await cluster.close()
    await databases.remove()
  })

  for (const schema of ['mini', 'product'] as const) {
    it(`become ready on ${schema === 'mini' ? "mini's own schema" : "the product's whole schema"}`, async () => {
      databases = await server.databases(schema)
      const nodes = [
        'key-manager-1',
        'traffic-manager-1',
        'traffic-manager-2',
        'publisher-1',
        'devportal-1',
        'gateway-1',
        'gateway-2',
      ]
      cluster = await makeCluster({
        databases,
        nodes: [...nodes, 'analytics-worker-1', 'analytics-dashboard-1'],
        multiTenancy: true,
      })
      await cluster.startAll()
    })
  }
})
