import {makeCluster, type Cluster} from './cluster.js'
import type {Databases} from './mysql-server.js'
import {FakeGateway, FakeKeyManager, FakeTrafficManager} from './publisher-peers.js'
import {seedToken, seedUser} from './seed.js'

export const PUBLISHER = '/api/am/publisher/v1'
export const ADMIN = '/api/am/admin/v1'

/** Every scope that the publisher's REST APIs ask for. */
export const ALL_SCOPES = [
  'apim:api_view',
  'apim:api_create',
  'apim:api_publish',
  'apim:api_delete',
  'apim:subscription_view',
  'apim:subscription_block',
  'apim:shared_scope_manage',
  'apim:publisher_settings',
  'apim:admin',
]

/** Publishers with small peers around them. */
export interface PublisherLab {
  readonly cluster: Cluster
  readonly gateways: readonly FakeGateway[]
  readonly trafficManager: FakeTrafficManager
  readonly keyManager: FakeKeyManager
  readonly token: string
  close(): Promise<void>
}

/** Starts the publishers of these names, two gateways, a traffic manager and a key manager. */
export const makePublisherLab = async (databases: Databases, publishers = ['publisher-1']): Promise<PublisherLab> => {
  await seedUser(databases, 'admin', 'admin', ['admin', 'tester'])
  const token = await seedToken(databases, 'admin', ALL_SCOPES)
  const peers = ['key-manager-1', 'traffic-manager-1', 'gateway-1', 'gateway-2']
  const cluster = await makeCluster({databases, nodes: [...publishers, ...peers], analytics: false})
  const gateways = ['gateway-1', 'gateway-2'].map(it => new FakeGateway(cluster.port(it, 9443)))
  const trafficManager = new FakeTrafficManager(table => cluster.port('traffic-manager-1', table))
  const keyManager = new FakeKeyManager(cluster.port('key-manager-1', 9443))
  await Promise.all([...gateways.map(it => it.start()), keyManager.start()])
  await trafficManager.startHub()
  await trafficManager.startManagement()
  for (const it of publishers) await cluster.start(it)
  await cluster.ready()
  return {
    cluster,
    gateways,
    trafficManager,
    keyManager,
    token,
    close: async () => {
      await cluster.close()
      await Promise.all([...gateways.map(it => it.stop()), keyManager.stop(), trafficManager.stop()])
    },
  }
}
