import {resolve} from 'node:path'
import {reasonOf} from '../failure.js'
import type {Profile, Role} from '../profiles.js'
import {findDatasource} from './databases.js'
import {parseH2Url} from './jdbc.js'
import {dotted, type KeyPath} from './keys.js'
import type {Settings} from './settings.js'

export interface LocalDatabase {
  readonly name: string
  /** Without mini's own ending. */
  readonly path: string
}

const CARBON = './repository/database/WSO2CARBON_DB'
const BROKER = './repository/database/WSO2MB_DB'
/** jdbcUrl of WSO2_METRICS_DB in both deployment.yaml files of analytics-apim v3.2.0; "dashboard" is also the worker's. */
const METRICS = './wso2/dashboard/database/metrics'

/** Whose broker is used. */
const BROKERS: readonly Profile[] = ['traffic-manager', 'traffic-manager-4', 'control-plane']

/** The databases that stay files inside the node. Throws StartFailure if one is pointed at a server. */
export function readLocalDatabases(role: Role, home: string, settings: Settings): readonly LocalDatabase[] {
  const local = (name: string, key: KeyPath | undefined, fallback: string): LocalDatabase => {
    const need = {why: `${name} is local to each node`, example: `a URL such as jdbc:h2:${fallback}`}
    const url = key && settings.maybeText(key, need)
    try {
      return {name, path: resolve(home, url === undefined ? fallback : parseH2Url(url))}
    } catch (error) {
      const found = url?.startsWith('jdbc:mysql') ? 'on a database server' : reasonOf(error)
      throw settings.wrong(key ?? [], need, found)
    }
  }
  if (role.product === 'analytics') {
    const metrics = findDatasource('WSO2_METRICS_DB', settings)
    return [local('WSO2_METRICS_DB', metrics && [...metrics, 'jdbcUrl'], METRICS)]
  }
  const carbon = local('WSO2CARBON_DB', dotted('database.local.url'), CARBON)
  // deployment.toml has no key for the broker's store.
  return BROKERS.includes(role.profile) ? [carbon, local('WSO2MB_DB', undefined, BROKER)] : [carbon]
}
