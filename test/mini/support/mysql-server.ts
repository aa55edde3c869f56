import {execFileSync} from 'node:child_process'
import {randomBytes} from 'node:crypto'
import {readFileSync} from 'node:fs'
import {homedir} from 'node:os'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'
import type Docker from 'dockerode'
import mysql from 'mysql2/promise'
import {readAptSources} from '../../../src/disk/apt-mirror.js'
import {readDockerConfig} from '../../../src/disk/docker-config.js'
import {readImageFiles, readText} from '../../../src/disk/image-files.js'
import {readTemplates} from '../../../src/disk/templates.js'
import {connect} from '../../../src/engine/connect.js'
import {ensureLocalImage} from '../../../src/engine/images/local.js'
import {schemaSql} from '../../double/schema.js'
import {MysqlContainers} from '../../integration/mysql-container.js'

const {version} = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')) as {
  version: string
}
const TEMPLATES = fileURLToPath(new URL('../../../templates', import.meta.url))
const DBSCRIPTS = join(TEMPLATES, 'images/mini/dbscripts')

const NAMES = ['apimgtdb', 'shareddb', 'statistics', 'permissions', 'dashboard', 'rules'] as const
export type DatabaseName = (typeof NAMES)[number]

export interface Databases {
  readonly port: number
  /** What each is called on the server. */
  readonly names: Readonly<Record<DatabaseName, string>>
  readonly user: string
  readonly password: string
  pool(name: DatabaseName): mysql.Pool
  query<T = Record<string, unknown>>(name: DatabaseName, sql: string, values?: unknown[]): Promise<T[]>
  remove(): Promise<void>
}

export interface MysqlServer {
  readonly container: Docker.Container
  readonly port: number
  /** New databases with mini's schema, or with the product's whole one. */
  databases(schema?: 'mini' | 'product'): Promise<Databases>
}

const read = (path: string) => readFileSync(join(DBSCRIPTS, path), 'utf8')
const SCHEMAS = {
  mini: () => ({apimgtdb: read('apimgt/mysql.sql'), shareddb: read('mysql.sql')}),
  product: () => ({apimgtdb: schemaSql('apimgtdb'), shareddb: schemaSql('shareddb')}),
}

const PASSWORD = 'secret'
/** Nothing of a test has to survive a power cut. */
const QUICK = [
  'mysqld',
  '--innodb-flush-log-at-trx-commit=0',
  '--skip-log-bin',
  '--innodb-doublewrite=0',
  '--max-connections=500',
]

let started: Promise<MysqlServer> | undefined

/** A real MySQL in a container of its own, on the image that labs use: one for all suites of this process, and gone with it. */
export const theMysql = (): Promise<MysqlServer> => (started ??= startMysql())

async function startMysql(): Promise<MysqlServer> {
  const {env, platform} = process
  const input = {env, home: homedir(), platform, uid: process.getuid?.() ?? 0}
  const {docker} = await connect({...input, ...(await readDockerConfig(homedir(), env))})
  await ensureLocalImage(docker, 'mysql', {
    version,
    templates: await readTemplates(TEMPLATES),
    files: await readImageFiles(join(TEMPLATES, 'images/mysql')),
    baseScript: await readText(join(TEMPLATES, 'images/base/build.sh')),
    readAptSources,
    onProgress: () => undefined,
    signal: new AbortController().signal,
  })
  const containers = new MysqlContainers(docker, `apim-lab/mysql:${version}`)
  const node = await containers.start({env: {MYSQL_ROOT_PASSWORD: PASSWORD}, command: QUICK})
  const {container} = node
  // The event loop is at its end then: no request of dockerode would go out any more.
  process.once('exit', () => execFileSync('docker', ['rm', '--force', '--volumes', container.id], {stdio: 'ignore'}))
  await node.login('root', PASSWORD).then(it => it.end())
  const {NetworkSettings} = await container.inspect()
  const port = Number(NetworkSettings.Ports['3306/tcp']?.[0]?.HostPort)
  const login = {host: '127.0.0.1', port, user: 'root', password: PASSWORD}
  /** A connection that stays would keep the process. */
  const asRoot = async (work: (root: mysql.Connection) => Promise<unknown>) => {
    const root = await mysql.createConnection({...login, multipleStatements: true})
    await work(root).finally(() => root.end())
  }

  const databases = async (schema: 'mini' | 'product' = 'mini'): Promise<Databases> => {
    const suffix = randomBytes(4).toString('hex')
    const user = `account_${suffix}`
    const names = Object.fromEntries(NAMES.map(name => [name, `${name}_${suffix}`])) as Record<DatabaseName, string>
    const scripts: Partial<Record<DatabaseName, string>> = SCHEMAS[schema]()
    await asRoot(async root => {
      await root.query(`CREATE USER '${user}'@'%' IDENTIFIED BY '${PASSWORD}'`)
      for (const name of NAMES) {
        await root.query(`CREATE DATABASE ${names[name]} CHARACTER SET latin1`)
        await root.query(`GRANT ALL PRIVILEGES ON ${names[name]}.* TO '${user}'@'%'`)
        if (scripts[name] !== undefined) await root.query(`USE ${names[name]}; ${scripts[name]}`)
      }
    })
    const pools = new Map<DatabaseName, mysql.Pool>()
    const pool = (name: DatabaseName) => {
      const options = {host: '127.0.0.1', port, user, password: PASSWORD, database: names[name], connectionLimit: 4}
      const made = pools.get(name) ?? mysql.createPool(options)
      pools.set(name, made)
      return made
    }
    return {
      port,
      names,
      user,
      password: PASSWORD,
      pool,
      query: async <T>(name: DatabaseName, sql: string, values: unknown[] = []) => {
        const [rows] = await pool(name).query(sql, values)
        return rows as T[]
      },
      remove: async () => {
        for (const it of pools.values()) await it.end()
        await asRoot(async root => {
          for (const name of NAMES) await root.query(`DROP DATABASE ${names[name]}`)
          await root.query(`DROP USER '${user}'@'%'`)
        })
      },
    }
  }
  return {container, port, databases}
}
