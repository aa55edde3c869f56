import type {LabSettings} from '../model/settings.js'
import type {Topology} from '../model/topology.js'
import {schemaOwner} from './compose-view.js'
import type {Secrets} from './secrets.js'

/** Accounts that are not a component's: the one that reads the marker row, and the one behind `exec mysql`. */
export const PROBE_ACCOUNT = 'lab-probe'
export const ADMIN_ACCOUNT = 'lab-admin'

interface Grant {
  readonly privileges: string
  readonly on: string
  readonly with_grant_option: boolean
}

const grant = (privileges: string, on: string, withGrantOption = false): Grant => ({
  privileges,
  on,
  with_grant_option: withGrantOption,
})

/** One account a component, with grants on exactly the databases that it uses; a component without a database has none. */
export function accountsView(topology: Topology, secrets: Secrets) {
  const components = topology.release.components.flatMap(({name}) => {
    const node = topology.nodes.find(({component, databases}) => component === name && databases.length > 0)
    const grants = node?.databases.map(({database, access}) =>
      grant(access === 'read' ? 'SELECT' : 'ALL PRIVILEGES', `\`${database}\`.*`),
    )
    return grants ? [{name, password: secrets.accounts[name] ?? '', grants}] : []
  })
  return {
    accounts: [
      ...components,
      {name: PROBE_ACCOUNT, password: secrets.probeAccount, grants: [grant('SELECT', '`apim_lab`.*')]},
      {name: ADMIN_ACCOUNT, password: secrets.adminAccount, grants: [grant('ALL PRIVILEGES', '*.*', true)]},
    ],
  }
}

/** What the schema script is given: every database of the release, so that a kept volume has them all. */
export function schemaView(topology: Topology) {
  const {home} = schemaOwner(topology)
  const {databases, name} = topology.release
  return {
    release: name,
    charset: topology.settings.mysqlCharset,
    collation: topology.settings.mysqlCollation,
    databases: databases.map(database => ({name: database.name})),
    scripts: databases
      .filter(({script}) => script !== undefined)
      .map((database, i) => ({order: 20 + i, database: database.name, path: `${home}/${database.script}`})),
  }
}

/** What the server's configuration is given. */
export function serverView({mysqlCharset, mysqlCollation, mysqlSqlMode, mysqlConfig}: LabSettings) {
  return {
    charset: mysqlCharset,
    collation: mysqlCollation,
    // An empty mode is one too.
    has_sql_mode: mysqlSqlMode !== undefined,
    sql_mode: mysqlSqlMode ?? '',
    has_own: mysqlConfig !== undefined,
  }
}
