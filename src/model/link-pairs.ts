import {isTls} from './open-ports.js'
import type {Access, LinkSpec} from './release.js'
import type {Node, OpenPort, Topology} from './topology.js'

export interface Endpoint {
  readonly host: string
  readonly port: number
}

/** A link of the release between two nodes. */
export interface LinkPair {
  readonly client: Node
  readonly server: Node
  readonly link: LinkSpec
  /** What the client's configuration should name; absent: no configuration names it. */
  readonly expected?: Endpoint
}

/** A port of the load balancer, and a node behind it. */
export interface BalancedPair {
  readonly open: OpenPort
  readonly server: Node
  readonly expected: Endpoint
}

/** Whether a node may log in to a database, and where its configuration has the account. */
export interface DatabasePair {
  readonly client: Node
  /** The database server's node. */
  readonly server: string
  readonly database: string
  readonly access: Access | 'none'
  readonly key?: string
}

function expectedOf({server, port, address}: LinkSpec, node: Node, {openPorts}: Topology): Endpoint | undefined {
  switch (address?.names) {
    case undefined:
      return undefined
    case 'node':
      return {host: node.name, port}
    case 'component':
      return {host: server, port}
    case 'browser': {
      const open = openPorts.find(({component, spec}) => component === server && spec.port === port)
      if (!open) throw new Error(`browsers can't use port ${port} of ${server}: it is not open`)
      return {host: open.hostName, port: open.port}
    }
  }
}

const nodesOf = (component: string, {nodes}: Topology) => nodes.filter(node => node.component === component)

/** The nodes of the release's components: those that have links and databases. */
export const componentNodes = ({nodes}: Topology): readonly Node[] => nodes.filter(({spec}) => spec.role === undefined)

/** Every link of the release for every pair of nodes; a node has none with itself. Pairs of one client and link stand together. */
export function linkPairs(topology: Topology): readonly LinkPair[] {
  return topology.links.flatMap(link =>
    nodesOf(link.client, topology).flatMap(client =>
      nodesOf(link.server, topology)
        .filter(server => server.name !== client.name)
        .map((server): LinkPair => {
          const expected = expectedOf(link, server, topology)
          return {client, server, link, ...(expected && {expected})}
        }),
    ),
  )
}

/** Every node behind every open port of the load balancer. */
export function balancedPairs(topology: Topology): readonly BalancedPair[] {
  return topology.openPorts.flatMap(open =>
    nodesOf(open.component, topology).map(server => ({
      open,
      server,
      // Over TLS connections to each node are kept, else one of the component's addresses is taken for each request.
      expected: {host: isTls(open.spec.protocol) ? server.name : open.component, port: open.spec.port},
    })),
  )
}

/** Every component node with every database of the release. */
export function databasePairs(topology: Topology): readonly DatabasePair[] {
  return componentNodes(topology).flatMap(client =>
    topology.release.databases.map(({name: database}): DatabasePair => {
      const use = client.databases.find(own => own.database === database)
      const pair = {client, server: topology.server.name, database}
      return use ? {...pair, access: use.access, key: use.key} : {...pair, access: 'none'}
    }),
  )
}
