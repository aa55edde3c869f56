import {componentNodes, databasePairs, linkPairs} from '../../model/link-pairs.js'
import type {Node} from '../../model/topology.js'
import type {LabContext} from '../context.js'
import {balancerRows} from './balancer-rows.js'
import {readClientFiles} from './client-files.js'
import {databaseRows, stoppedDatabaseRow} from './database-rows.js'
import {limited} from './limited.js'
import {LinkAsker, stoppedRow} from './link-rows.js'
import {localDatabaseRow, localRow} from './local-row.js'
import {withProber} from './prober.js'
import type {Row} from './rows.js'
import {notRunning, sceneOf, type Scene} from './scene.js'
import {userRows} from './user-rows.js'

/** Helper containers at work at once: two cores are kept busy by them. */
const HELPERS = 4

async function clientRows(client: Node, scene: Scene): Promise<readonly Row[]> {
  const pairs = linkPairs(scene.topology).filter(pair => pair.client === client)
  const databases = databasePairs(scene.topology).filter(pair => pair.client === client)
  const hasLocal = client.spec.localDatabases.length > 0
  const stopped = notRunning(client.name, scene)
  if (stopped !== undefined)
    return [
      ...pairs.map(pair => stoppedRow(pair, stopped)),
      ...databases.map(pair => stoppedDatabaseRow(pair, stopped)),
      ...(hasLocal ? [localRow(client, stopped)] : []),
    ]
  const files = await readClientFiles(client, scene)
  return withProber(client.name, scene, async prober => {
    const asker = new LinkAsker(files, prober, scene)
    const byLink = [...new Set(pairs.map(({link}) => link))].map(
      link => [link, pairs.filter(pair => pair.link === link)] as const,
    )
    const [links, tried, local] = await Promise.all([
      Promise.all(byLink.map(([link, ofLink]) => asker.rows(link, ofLink))),
      databaseRows(databases, files, prober, scene),
      hasLocal ? localDatabaseRow(client, files, scene) : undefined,
    ])
    return [...links.flat(), ...tried, ...(local ? [local] : [])]
  })
}

/**
 * Every link of a lab: the address as the client's own configuration has it, compared with the topology and asked from the client's
 * network; then who may log in to which database.
 */
export async function links(lab: string, context: LabContext): Promise<readonly Row[]> {
  const scene = await sceneOf(lab, context)
  const users = userRows(scene)
  // Awaited below; until then its failure is nobody's.
  users.catch(() => undefined)
  const work = [
    () => balancerRows(scene),
    ...componentNodes(scene.topology).map(client => () => clientRows(client, scene)),
  ]
  const clients = await limited<(typeof work)[number], readonly Row[]>(HELPERS, work, ask => ask())
  return [...(await users), ...clients.flat()]
}
