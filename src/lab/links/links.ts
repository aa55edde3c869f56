import {componentNodes, databasePairs, linkPairs} from '../../model/link-pairs.js'
import type {Node} from '../../model/topology.js'
import type {LabContext} from '../context.js'
import {downNodes, type DownNode} from '../state/down-nodes.js'
import {balancerRows} from './balancer-rows.js'
import {readClientFiles} from './client-files.js'
import {databaseRows, stoppedDatabaseRow} from './database-rows.js'
import {limited} from './limited.js'
import {LinkAsker, stoppedRow} from './link-rows.js'
import {withLosses} from './losses.js'
import {localDatabaseRow, localRow} from './local-row.js'
import {withProber} from './prober.js'
import type {Row} from './rows.js'
import {notRunning, runningLab, type RunningLab} from './running-lab.js'
import {userRows} from './user-rows.js'

/** Helper containers at work at once: two cores are kept busy by them. */
const HELPERS = 4

async function clientRows(client: Node, running: RunningLab): Promise<readonly Row[]> {
  const pairs = linkPairs(running.topology).filter(pair => pair.client === client)
  const databases = databasePairs(running.topology).filter(pair => pair.client === client)
  const hasLocal = client.spec.localDatabases.length > 0
  const stopped = notRunning(client.name, running)
  if (stopped !== undefined)
    return [
      ...pairs.map(pair => stoppedRow(pair, stopped)),
      ...databases.map(pair => stoppedDatabaseRow(pair, stopped)),
      ...(hasLocal ? [{...localRow(client, stopped.detail), cause: stopped.cause}] : []),
    ]
  const files = await readClientFiles(client, running)
  return withProber(client.name, running, async prober => {
    const asker = new LinkAsker(files, prober, running)
    const byLink = [...new Set(pairs.map(({link}) => link))].map(
      link => [link, pairs.filter(pair => pair.link === link)] as const,
    )
    const [links, tried, local] = await Promise.all([
      Promise.all(byLink.map(([link, ofLink]) => asker.rows(link, ofLink))),
      databaseRows(databases, files, prober, running),
      hasLocal ? localDatabaseRow(client, files, running) : undefined,
    ])
    return [...(await withLosses(links.flat(), client, prober)), ...tried, ...(local ? [local] : [])]
  })
}

export interface LinksResult {
  readonly rows: readonly Row[]
  /** Nodes that do not run: the one cause of many rows. */
  readonly down: readonly DownNode[]
}

/**
 * Every link of a lab: the address as the client's own configuration has it, compared with the topology and asked from the client's
 * network; then who may log in to which database.
 */
export async function links(lab: string, context: LabContext): Promise<LinksResult> {
  const running = await runningLab(lab, context)
  const users = userRows(running)
  // Awaited below; until then its failure is nobody's.
  users.catch(() => undefined)
  const work = [
    () => balancerRows(running),
    ...componentNodes(running.topology).map(client => () => clientRows(client, running)),
  ]
  const asked = limited<(typeof work)[number], readonly Row[]>(HELPERS, work, ask => ask())
  const clients = await asked.finally(() => Promise.all(running.closing))
  return {rows: [...(await users), ...clients.flat()], down: downNodes(running.topology, running.containers)}
}
