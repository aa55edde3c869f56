import {ADMIN_ACCOUNT, MARKER_DATABASE, PROBE_ACCOUNT} from '../model/database-server.js'
import type {Topology} from '../model/topology.js'
import {schemaOwner} from './compose-view.js'
import type {Secrets} from './secrets.js'

interface Account {
  readonly name: string
  readonly password: string
  /** All of the server. */
  readonly everything: boolean
  readonly databases: readonly {readonly database: string; readonly read_only: boolean}[]
}

/** One account a component, for exactly the databases that it uses; a component without a database has none. */
function accountsOf(topology: Topology, secrets: Secrets): readonly Account[] {
  const components = topology.release.components.flatMap(({name}) => {
    const node = topology.nodes.find(({component, databases}) => component === name && databases.length > 0)
    const databases = node?.databases.map(({database, access}) => ({database, read_only: access === 'read'}))
    return databases ? [{name, password: secrets.accounts[name] ?? '', everything: false, databases}] : []
  })
  const marker = {database: MARKER_DATABASE, read_only: true}
  return [
    ...components,
    {name: PROBE_ACCOUNT, password: secrets.probeAccount, everything: false, databases: [marker]},
    {name: ADMIN_ACCOUNT, password: secrets.adminAccount, everything: true, databases: []},
  ]
}

/** What the schema script is given: every database of the release, so that a kept volume has them all. Nothing in it is secret. */
export function schemaView(topology: Topology) {
  const {home} = schemaOwner(topology)
  const {release, server, settings} = topology
  return {
    ...server.view(settings),
    release: release.name,
    databases: release.databases.map(({name}) => ({name})),
    scripts: release.databases
      .filter(({scripts}) => scripts !== undefined)
      .map(({name, scripts}, i) => ({order: 20 + i, database: name, path: `${home}/${scripts}/${server.script}`})),
  }
}

/** What the server's own files are given. */
export const serverView = (topology: Topology, secrets: Secrets) => ({
  ...schemaView(topology),
  accounts: accountsOf(topology, secrets),
  root_password: secrets.databaseRoot,
})

/** What a file is given besides that is for one account. */
export const loginView = (login: 'probe' | 'admin', secrets: Secrets) =>
  login === 'probe'
    ? {user: PROBE_ACCOUNT, password: secrets.probeAccount}
    : {user: ADMIN_ACCOUNT, password: secrets.adminAccount}
