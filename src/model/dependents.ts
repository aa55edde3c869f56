import {countedUnlessNone} from './counted.js'
import {balancedPairs, databasePairs, linkPairs} from './link-pairs.js'
import {LOAD_BALANCER, type Topology} from './topology.js'

/** What does not work while something is down. */
export interface Dependents {
  readonly links: number
  readonly logins: number
}

/** What hangs on a node, by the release's table: links of it and to it, open ports, and logins that are allowed. */
export function dependentsOf(node: string, topology: Topology): Dependents {
  const isServer = node === topology.server.name
  const ofNode = ({name}: {readonly name: string}) => name === node
  // What browsers use leads through the load balancer, which goes on with the other nodes.
  const links = linkPairs(topology).filter(
    ({client, server, link}) => ofNode(client) || (ofNode(server) && link.use !== 'browser'),
  )
  const balanced = balancedPairs(topology).filter(({server}) => node === LOAD_BALANCER || ofNode(server))
  const open = node === LOAD_BALANCER ? topology.openPorts : []
  const logins = databasePairs(topology).filter(({client, access}) => access !== 'none' && (isServer || ofNode(client)))
  return {links: links.length + balanced.length + open.length, logins: logins.length}
}

/** `mysql is stopped: 8 logins depend on it`. */
export function dependentsText(cause: string, {links, logins}: Dependents): string {
  const parts = [...countedUnlessNone(links, 'link'), ...countedUnlessNone(logins, 'login')]
  if (parts.length === 0) return cause
  return `${cause}: ${parts.join(' and ')} ${links + logins === 1 ? 'depends' : 'depend'} on it`
}
