import {ApiLife} from '../../support/api-life.js'
import {backend, type Backend} from './backend.js'
import type {Cluster, ClusterOptions} from './cluster.js'
import {live, onMysql, type MysqlSuite} from './in-cluster.js'

/** A whole lab in this process, ready, with a backend, and with a token for its REST APIs. */
export interface LabSuite extends MysqlSuite {
  readonly served: Backend
  readonly life: ApiLife
}

/** The REST APIs of a cluster, with a token. */
export const lifeIn = (cluster: Cluster): Promise<ApiLife> =>
  new ApiLife((component, path, options) => cluster.ask(`${component}-1`, 9443, path, options)).begin()

/** A suite in a lab of its own. */
export const inLab = ({nodes, ...options}: Omit<ClusterOptions, 'databases'> = {}): LabSuite => {
  const suite = onMysql()
  let served: Backend | undefined
  let life: ApiLife | undefined
  before(async () => {
    served = await backend()
    suite.later(served.stop)
    await suite.newCluster(nodes, options)
    await suite.cluster.startAll()
    life = await lifeIn(suite.cluster)
  })
  return {...suite, served: live('a backend', () => served), life: live('a token', () => life)}
}
