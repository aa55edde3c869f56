import {makeCluster, type Cluster, type ClusterOptions} from './cluster.js'
import {theMysql, type Databases, type MysqlServer} from './mysql-server.js'

type Undo = () => unknown
type Schema = 'mini' | 'product'

interface NewClusterOptions extends Omit<ClusterOptions, 'databases' | 'nodes'> {
  readonly schema?: Schema
  /** Gives the port at which nodes reach MySQL, where it is not MySQL's own. */
  readonly reach?: (port: number) => Promise<number>
}

/** MySQL and what the tests of a suite run on. What it names is there once the hooks that make it have run. */
export interface MysqlSuite {
  readonly server: MysqlServer
  /** Those that were made last, as is the cluster. */
  readonly databases: Databases
  readonly cluster: Cluster
  newDatabases(schema?: Schema): Promise<void>
  /** Makes databases, and a cluster on them that waits to be started: names of nodes, every component once without any. */
  newCluster(nodes?: readonly string[], options?: NewClusterOptions): Promise<void>
  /** Has something undone by `close`, before what was made earlier. */
  later(undo: Undo): void
  /** Removes all but the server: for tests that each make their own. After the suite it runs by itself. */
  close(): Promise<void>
}

/** Stands for what a hook makes later, so that a suite can name it once. */
export const live = <T extends object>(what: string, made: () => T | undefined): T =>
  new Proxy({} as T, {
    get: (_, key) => {
      const it = made()
      if (!it) throw new Error(`no hook has made ${what} yet`)
      const value: unknown = Reflect.get(it, key)
      // Private fields are found on the thing itself alone.
      return typeof value === 'function' ? (value.bind(it) as unknown) : value
    },
  })

/** A suite on the MySQL of all suites: what it makes there is removed after it. */
export const onMysql = (): MysqlSuite => {
  let mysql: MysqlServer | undefined
  let made: Databases | undefined
  let wired: Cluster | undefined
  const undos: Undo[] = []
  const later = (undo: Undo) => void undos.push(undo)
  const close = async () => {
    for (const undo of undos.splice(0).toReversed()) await undo()
  }
  const server = live('MySQL', () => mysql)
  const newDatabases = async (schema?: Schema) => {
    made = await server.databases(schema)
    later(made.remove)
    return made
  }
  before(async () => {
    mysql = await theMysql()
  })
  after(close)
  return {
    server,
    databases: live('databases', () => made),
    cluster: live('a cluster', () => wired),
    newDatabases: async schema => void (await newDatabases(schema)),
    newCluster: async (nodes, {schema, reach, ...options} = {}) => {
      const databases = await newDatabases(schema)
      const port = await (reach?.(databases.port) ?? databases.port)
      wired = await makeCluster({databases: {...databases, port}, ...(nodes && {nodes}), ...options})
      later(wired.close)
    },
    later,
    close,
  }
}

/** A suite on databases of its own. */
export const inDatabases = (schema?: Schema): MysqlSuite => {
  const suite = onMysql()
  before(() => suite.newDatabases(schema))
  return suite
}

/** A suite in a cluster of its own, on databases of its own. Its nodes are not started: a test may first fill the databases. */
export const inCluster = (nodes: readonly string[], options?: NewClusterOptions): MysqlSuite => {
  const suite = onMysql()
  before(() => suite.newCluster(nodes, options))
  return suite
}
