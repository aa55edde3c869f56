import {join} from 'node:path'
import {RULES_3_2} from '../../config/rules-3x.js'
import {RULES_4_4} from '../../config/rules-4x.js'
import type {ConfigRules} from '../../config/rules.js'
import type {Face, Role} from '../profiles.js'
import {readDatabases, type Database} from './databases.js'
import {dotted} from './keys.js'
import {readLinks, type Link} from './links.js'
import {readLocalDatabases, type LocalDatabase} from './local-databases.js'
import {readSettings} from './read-settings.js'
import {serverOffset} from './server-offset.js'
import type {Settings} from './settings.js'
import {readKeyStore, readTrustStore, type KeyStore} from './stores.js'

/** What the product's configuration mapper does with a file. */
const RULES: Readonly<Record<Face, ConfigRules>> = {'3.2': RULES_3_2, '4': RULES_4_4}

/** Everything that a node's configuration file says, checked. */
export interface NodeConfig {
  readonly file: string
  /** The file itself, for what a component reads of its own. */
  readonly settings: Settings
  readonly keyStore: KeyStore
  /** Undefined for a role that verifies nobody. */
  readonly trust: Buffer | undefined
  readonly databases: readonly Database[]
  readonly localDatabases: readonly LocalDatabase[]
  readonly links: readonly Link[]
  /** What all ports of the node are moved by. */
  readonly offset: number
  /** Whether names of users may be addresses of e-mail; undefined for a node that reads none. */
  readonly emailNames: boolean | undefined
}

const EMAIL = {why: 'names with an @ are read by it', example: 'true or false'}

/** Reads a node's configuration from its product home. Throws StartFailure at the first thing that is missing or wrong. */
export async function readNodeConfig(
  role: Role,
  home: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<NodeConfig> {
  const file = join(home, role.configFile)
  const properties = {'carbon.home': home, 'wso2.runtime': role.profileName}
  const settings = readSettings(file, {env, properties}, RULES[role.face])
  if (role.product === 'api-manager') checkCommonKeys(role, settings)
  else checkOffset(role, settings)
  const links = readLinks(role.profile, settings)
  return {
    file,
    settings,
    links,
    emailNames:
      role.product === 'api-manager'
        ? settings.flag(dotted('tenant_mgt.enable_email_domain'), false, EMAIL)
        : undefined,
    offset: role.product === 'api-manager' ? serverOffset(settings) : 0,
    databases: readDatabases(role.profile, settings),
    localDatabases: readLocalDatabases(role, home, settings),
    keyStore: await readKeyStore(role, home, settings),
    trust: links.some(link => link.kind !== 'tcp') ? await readTrustStore(role, home, settings) : undefined,
  }
}

/** The two user stores of 3.x whose tables are the ones of dbscripts/mysql.sql. */
const USER_STORES = ['database_unique_id', 'database']

function checkCommonKeys(role: Role, settings: Settings) {
  const roleKey = dotted('server.server_role')
  const roleNeed = {why: 'it must be the profile that the node runs', example: `"${role.serverRole}"`}
  const serverRole = settings.text(roleKey, roleNeed)
  if (serverRole !== role.serverRole) throw settings.wrong(roleKey, roleNeed, `"${serverRole}"`)
  settings.text(dotted('server.hostname'), {why: 'URLs for peers and browsers are made of it', example: 'a host name'})
  serverOffset(settings)
  const admin = {why: 'nodes log in to one another with it', example: 'the same account on all nodes'}
  settings.text(dotted('super_admin.username'), admin)
  settings.text(dotted('super_admin.password'), admin)
  const storeKey = dotted('user_store.type')
  const storeNeed = {why: 'all nodes share one user store', example: USER_STORES.map(it => `"${it}"`).join(' or ')}
  const store = settings.text(storeKey, storeNeed)
  if (!USER_STORES.includes(store)) throw settings.wrong(storeKey, storeNeed, `"${store}"`)
}

/** Port offsets as shipped: 7611 + 1 = 7612 on the worker, 9640 + 3 = 9643 on the dashboard. */
const ANALYTICS_OFFSETS: Readonly<Record<string, number>> = {worker: 1, dashboard: 3}

function checkOffset(role: Role, settings: Settings) {
  const key = ['wso2.carbon', 'ports', 'offset']
  const expected = ANALYTICS_OFFSETS[role.profile] ?? 0
  const offset = settings.value(key)
  if (offset === undefined || offset === expected) return
  throw settings.wrong(key, {why: "mini listens on the product's own ports", example: String(expected)}, String(offset))
}
