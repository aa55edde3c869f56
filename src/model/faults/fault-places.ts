import {LabError} from '../../errors.js'
import {findLinks, LOCAL_DATABASE, printLinkId, USER, type LinkEnds} from '../link-id.js'
import {databasePairs, linkPairs} from '../link-pairs.js'
import {databasePlace, LOAD_BALANCER, type Topology} from '../topology.js'
import type {Flow} from './fault-order.js'

/** Where a fault of a link is made: in the network of this node, to what goes by there. */
export interface FaultPlace {
  readonly node: string
  readonly flows: readonly Flow[]
  readonly links: readonly string[]
}

const noNetwork = (id: string, why: string) =>
  new LabError('fault-impossible', `There is nothing to break at ${id}: ${why}.`, {next: ['apim-lab links']})

function databaseFlow(ends: Extract<LinkEnds, {database: string}>, topology: Topology): Flow {
  const id = printLinkId(ends)
  if (ends.database === LOCAL_DATABASE) throw noNetwork(id, `it is a file inside ${ends.client}`)
  const pair = databasePairs(topology).find(
    ({client, database}) => client.name === ends.client && database === ends.database,
  )
  if (!pair || pair.access === 'none') throw noNetwork(id, `${ends.client} does not use that database`)
  return {...databasePlace(topology)}
}

/** What goes through the load balancer can be told from the rest only there: to it, on its open port. */
function nodeFlows({client, server, port}: Extract<LinkEnds, {port: number}>, topology: Topology): readonly Flow[] {
  const pairs = linkPairs(topology).filter(
    pair => pair.client.name === client && pair.server.name === server && pair.link.port === port,
  )
  const flows = pairs.map(({link, expected}) =>
    link.address?.names === 'browser' && expected
      ? {host: LOAD_BALANCER, port: expected.port}
      : {host: server, port: link.port},
  )
  return flows.length > 0 ? flows : [{host: server, port}]
}

function flowsOf(ends: LinkEnds, topology: Topology): readonly Flow[] {
  if ('database' in ends) return [databaseFlow(ends, topology)]
  // Users have no place in the lab: theirs is where they come in.
  return ends.client === USER ? [{host: null, port: ends.port}] : nodeFlows(ends, topology)
}

const unique = <T>(items: readonly T[]): readonly T[] => [
  ...new Map(items.map(item => [JSON.stringify(item), item])).values(),
]

/**
 * Where a fault of these links is made: at the client of each, or where users come in. A component stands for all of its nodes. Throws
 * `link-unknown` with the links that there are, and `fault-impossible` for one without a connection of its own.
 */
export function faultPlaces(word: string, topology: Topology): readonly FaultPlace[] {
  const links = findLinks(word, topology)
  const usable = links.filter(ends => {
    if (links.length === 1 || !('database' in ends)) return true
    return databasePairs(topology).some(
      ({client, database, access}) => client.name === ends.client && database === ends.database && access !== 'none',
    )
  })
  const [first] = links
  if (usable.length === 0 && first) flowsOf(first, topology)
  const nodeOf = ({client}: LinkEnds) => (client === USER ? LOAD_BALANCER : client)
  return [...new Set(usable.map(nodeOf))].map(node => {
    const own = usable.filter(ends => nodeOf(ends) === node)
    return {
      node,
      flows: unique(own.flatMap(ends => flowsOf(ends, topology))),
      links: unique(own.map(printLinkId)),
    }
  })
}

/** Ids of the other links that a fault breaks too, since they share its connections: one account's databases, what goes through the load balancer. */
export function sharedLinks({node, flows, links}: FaultPlace, topology: Topology): readonly string[] {
  const isSame = (flow: Flow) => flows.some(({host, port}) => host === flow.host && port === flow.port)
  const ids = [
    ...linkPairs(topology)
      .filter(({client}) => client.name === node)
      .map(({client, server, link}) => ({client: client.name, server: server.name, port: link.port})),
    ...databasePairs(topology)
      .filter(({client, access}) => client.name === node && access !== 'none')
      .map(({client, server, database}) => ({client: client.name, server, database})),
  ]
  const shared = ids.filter(ends => flowsOf(ends, topology).some(isSame)).map(printLinkId)
  return unique(shared).filter(id => !links.includes(id))
}
