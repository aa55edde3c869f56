import {reasonOf} from '../failure.js'
import type {Profile} from '../profiles.js'
import {DATABASES, type DatabaseSpec} from './database-table.js'
import {parseMysqlUrl} from './jdbc.js'
import {dotted, keyText, type KeyPath} from './keys.js'
import type {Settings} from './settings.js'

export interface Database {
  /** The product's name for it. */
  readonly role: string
  readonly host: string
  readonly port: number
  /** Its name on the server. */
  readonly name: string
  readonly user: string
  readonly password: string
  readonly key: string
  readonly tables: readonly string[]
  readonly madeBy: string
  readonly creates: readonly string[]
}

interface Account {
  readonly url: KeyPath
  readonly username: KeyPath
  readonly password: KeyPath
}

const EXAMPLE = 'a URL such as jdbc:mysql://mysql:3306/NAME'

/** The databases of a profile on a server. Throws StartFailure for a missing key or another kind of database than MySQL. */
export const readDatabases = (profile: Profile, settings: Settings): readonly Database[] =>
  DATABASES[profile].flatMap(spec => readDatabase(spec, settings))

function readDatabase(spec: DatabaseSpec, settings: Settings): readonly Database[] {
  const need = {why: spec.why, example: EXAMPLE}
  const keys = accountOf(spec, settings)
  const url = spec.optional ? settings.maybeText(keys.url, need) : settings.text(keys.url, need)
  // An embedded shared database is the product's default for a gateway: nothing to connect to.
  if (url === undefined || (spec.optional && url.startsWith('jdbc:h2:'))) return []
  if ('table' in spec.at) checkType(spec, spec.at.table, settings)
  const server = serverOf(url, keys.url, need, settings)
  const user = settings.text(keys.username, {why: spec.why, example: 'the name of a MySQL account'})
  const password = settings.text(keys.password, {why: spec.why, example: 'the password of that account'})
  const {tables, madeBy, creates = []} = spec
  return [{role: spec.name, ...server, user, password, key: keyText(keys.url), tables, madeBy, creates}]
}

/** Where a database is. Throws StartFailure for another kind than MySQL. */
function serverOf(
  url: string,
  key: KeyPath,
  need: {readonly why: string; readonly example: string},
  settings: Settings,
): Pick<Database, 'host' | 'port' | 'name'> {
  try {
    const {host, port, database} = parseMysqlUrl(url)
    return {host, port, name: database}
  } catch (error) {
    throw settings.wrong(key, need, reasonOf(error))
  }
}

function checkType(spec: DatabaseSpec, table: KeyPath, settings: Settings) {
  const need = {why: spec.why, example: '"mysql"'}
  const type = settings.maybeText([...table, 'type'], need)
  if (type !== undefined && type !== 'mysql') throw settings.wrong([...table, 'type'], need, `"${type}"`)
}

function accountOf(spec: DatabaseSpec, settings: Settings): Account {
  if ('table' in spec.at) {
    const {table} = spec.at
    return {url: [...table, 'url'], username: [...table, 'username'], password: [...table, 'password']}
  }
  const configuration = datasourcePath(spec.at.datasource, spec.why, settings)
  return {
    url: [...configuration, 'jdbcUrl'],
    username: [...configuration, 'username'],
    password: [...configuration, 'password'],
  }
}

/** Where the datasource of a name is configured. Throws StartFailure if the file has none of that name. */
function datasourcePath(name: string, why: string, settings: Settings): KeyPath {
  const path = findDatasource(name, settings)
  if (path) return path
  throw settings.missing(['wso2.datasources', 'dataSources'], {why, example: `a datasource with name: ${name}`})
}

const SOURCES: KeyPath = ['wso2.datasources', 'dataSources']

/** The same, or undefined. */
export function findDatasource(name: string, settings: Settings): KeyPath | undefined {
  const count = settings.count(SOURCES, {why: 'it lists the databases', example: 'a list of datasources'})
  for (let index = 0; index < count; index++) {
    const found = settings.value([...SOURCES, index, 'name'])
    if (found === name) return [...SOURCES, index, ...dotted('definition.configuration')]
  }
  return undefined
}
