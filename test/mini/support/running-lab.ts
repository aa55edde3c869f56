import {ApiLife} from '../../support/api-life.js'
import {backend, type Backend} from './backend.js'
import {makeCluster, type Cluster, type ClusterOptions} from './cluster.js'
import {startMysql, type Databases, type MysqlServer} from './mysql-server.js'

/** A whole lab in this process, ready, with a backend, and with a token for its REST APIs. */
export interface RunningLab {
  readonly server: MysqlServer
  readonly databases: Databases
  readonly cluster: Cluster
  readonly served: Backend
  readonly life: ApiLife
  close(): Promise<void>
}

/** The REST APIs of a cluster, with a token. */
export const lifeIn = (cluster: Cluster): Promise<ApiLife> =>
  new ApiLife((component, path, options) => cluster.ask(`${component}-1`, 9443, path, options)).begin()

/** Starts one, on a MySQL of its own; what was made before a failure is removed. */
export const startLab = async (options: Omit<ClusterOptions, 'databases'> = {}): Promise<RunningLab> => {
  const made: (() => Promise<unknown> | void)[] = []
  const close = async () => {
    for (const it of made.splice(0).reverse()) await it()
  }
  try {
    const server = await startMysql()
    made.push(server.stop)
    const databases = await server.databases()
    made.push(databases.remove)
    const served = await backend()
    made.push(served.stop)
    const cluster = await makeCluster({databases, ...options})
    made.push(cluster.close)
    await cluster.startAll()
    return {server, databases, cluster, served, life: await lifeIn(cluster), close}
  } catch (error) {
    await close()
    throw error
  }
}
