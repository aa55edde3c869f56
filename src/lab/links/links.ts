import {activeFaults, type ActiveFault} from '../faults/active-faults.js'
import {withFaults} from '../faults/named-in-rows.js'
import {leftUnknown} from '../faults/namespaces.js'
import {LOCAL_DATABASE, pickLinks, printLinkId, USER} from '../../model/link-id.js'
import {componentNodes, databasePairs, linkPairs} from '../../model/link-pairs.js'
import {rulesOf} from '../../model/release.js'
import {LOAD_BALANCER, type Node} from '../../model/topology.js'
import type {LabContext} from '../context.js'
import {downNodes, type DownNode} from '../state/down-nodes.js'
import {balancerRows} from './balancer-rows.js'
import {readClientFiles} from './client-files.js'
import {databaseRows, stoppedDatabaseRow} from './database-rows.js'
import {withGroups} from './groups.js'
import type {HelperPool} from './helper-pool.js'
import {limited} from './limited.js'
import {LinkAsker, stoppedRow} from './link-rows.js'
import {withLosses} from './losses.js'
import {localDatabaseRow, localRow} from './local-row.js'
import {withProber} from './prober.js'
import type {IdentifiedRow, Row} from '../../lab-events/link-row.js'
import {notRunning, runningLab, type RunningLab} from './running-lab.js'
import {userRows} from './user-rows.js'

/** Helpers at work at once: two cores are kept busy by them. */
const HELPERS = 4

/** Rows of these ids only; absent: all. */
type Wanted = ReadonlySet<string> | undefined

async function clientRows(client: Node, running: RunningLab, wanted: Wanted): Promise<readonly Row[]> {
  const isWanted = (server: string, place: {readonly port: number} | {readonly database: string}) =>
    wanted?.has(printLinkId({client: client.name, server, ...place})) ?? true
  const all = linkPairs(running.topology).filter(pair => pair.client === client)
  // An address belongs to one of a link's servers only when those of all are told apart.
  const pairs = all.filter(({link}) =>
    all.some(pair => pair.link === link && isWanted(pair.server.name, {port: link.port})),
  )
  const databases = databasePairs(running.topology).filter(
    pair => pair.client === client && isWanted(running.topology.server.name, {database: pair.database}),
  )
  const hasLocal = client.spec.localDatabases.length > 0 && isWanted(client.name, {database: LOCAL_DATABASE})
  if (pairs.length + databases.length === 0 && !hasLocal) return []
  const stopped = notRunning(client.name, running)
  if (stopped !== undefined)
    return [
      ...pairs.map(pair => stoppedRow(pair, stopped)),
      ...databases.map(pair => stoppedDatabaseRow(pair, stopped)),
      ...(hasLocal ? [{...localRow(client, stopped.detail), cause: stopped.cause}] : []),
    ]
  const files = await readClientFiles(client, running)
  return withProber(client.name, running, async prober => {
    for (const id of await prober.marks()) running.marks.push({node: client.name, id})
    const asker = new LinkAsker(files, prober, running)
    const byLink = [...new Set(pairs.map(({link}) => link))].map(
      link => [link, pairs.filter(pair => pair.link === link)] as const,
    )
    const [links, tried, local] = await Promise.all([
      Promise.all(byLink.map(([link, ofLink]) => asker.rows(link, ofLink))),
      databaseRows(databases, files, prober, running),
      hasLocal ? localDatabaseRow(client, files, running) : undefined,
    ])
    const {urlGroups} = rulesOf(client.spec, running.topology.release)
    const rows = withGroups(await withLosses(links.flat(), client, prober), files, urlGroups)
    return [...rows, ...tried, ...(local ? [local] : [])]
  })
}

export interface LinksResult {
  readonly rows: readonly IdentifiedRow[]
  /** Nodes that do not run: the one cause of many rows. */
  readonly down: readonly DownNode[]
  /** What is broken on purpose. */
  readonly faults: readonly ActiveFault[]
}

export interface LinksOptions {
  /** Ids of the links to check; empty: all. */
  readonly only?: readonly string[]
  /** Where its helpers stay for the next check. */
  readonly pool?: HelperPool
}

/**
 * Every link of a lab: the address as the client's own configuration has it, compared with the topology and asked from the client's
 * network; then who may log in to which database. Throws `link-unknown`.
 */
export async function links(
  lab: string,
  context: LabContext,
  {only = [], pool}: LinksOptions = {},
): Promise<LinksResult> {
  const running = {...(await runningLab(lab, context)), ...(pool && {pool})}
  const wanted = pickLinks(only, running.topology)
  const isClient = (client: string) => wanted === undefined || [...wanted].some(id => id.startsWith(`${client}->`))
  const users = isClient(USER) ? userRows(running) : Promise.resolve([])
  // Awaited below; until then its failure is nobody's.
  users.catch(() => undefined)
  const work = [
    ...(isClient(LOAD_BALANCER) ? [() => balancerRows(running)] : []),
    ...componentNodes(running.topology).map(client => () => clientRows(client, running, wanted)),
  ]
  const asked = limited<(typeof work)[number], readonly Row[]>(HELPERS, work, ask => ask())
  const clients = await asked.finally(() => Promise.all(running.closing))
  const known = await activeFaults(running)
  const faults = [...known, ...leftUnknown(running.marks, known)]
  const rows = [...(await users), ...clients.flat()].map(row => withFaults({id: printLinkId(row), ...row}, known))
  return {
    rows: rows.filter(({id}) => wanted?.has(id) ?? true),
    down: downNodes(running.topology, running.nodes),
    faults,
  }
}
