import {posix} from 'node:path'
import {isTable} from '../../config/table.js'
import {messageOf} from '../../errors.js'
import {LOCAL_DATABASE} from '../../model/link-id.js'
import {checkLocalDatabases, localDatabaseFile} from '../../model/local-database.js'
import type {Node} from '../../model/topology.js'
import type {ClientFile} from './client-files.js'
import {stateOf, type DatabaseRow} from '../../lab-events/link-row.js'
import type {RunningLab} from './running-lab.js'

/** The row of a node's embedded databases, with this to say. */
export const localRow = (node: Node, fault: string | undefined, detail = ''): DatabaseRow => ({
  client: node.name,
  server: node.name,
  database: LOCAL_DATABASE,
  access: 'allowed',
  state: stateOf(fault === undefined),
  detail: fault ?? detail,
})

function configured({path, config}: ClientFile): string | undefined {
  try {
    if (typeof config === 'object' && config !== null)
      checkLocalDatabases(config as Readonly<Record<string, unknown>>, path)
    return undefined
  } catch (error) {
    return messageOf(error)
  }
}

/** The files of a node's embedded databases, below its home: the first is the one that its configuration may put elsewhere. */
function localFiles({spec}: Node, files: readonly ClientFile[]): readonly string[] {
  const [carbon = '', ...others] = spec.localDatabases
  const named = files
    .map(({config}) => (isTable(config) ? localDatabaseFile(config) : undefined))
    .find(file => file !== undefined)
  return [named === undefined ? carbon : named + carbon.slice(carbon.indexOf('.')), ...others]
}

/** Each local database is a file inside its node, and no configuration points it elsewhere. */
export async function localDatabaseRow(
  node: Node,
  files: readonly ClientFile[],
  {engine, nodes}: RunningLab,
): Promise<DatabaseRow> {
  const wrong = files.map(configured).find(fault => fault !== undefined)
  if (wrong !== undefined) return localRow(node, wrong)
  const seen = nodes.get(node.name)!
  const local = localFiles(node, files)
  const paths = local.map(path => posix.resolve(node.spec.home, path))
  const stats = await Promise.all(paths.map(path => engine.statFile(seen, path)))
  const missing = paths.find((_, i) => !stats[i]?.isFile)
  if (missing !== undefined) return localRow(node, `${missing} does not exist in ${node.name}`)
  return localRow(node, undefined, `a file inside it: ${local.join(', ')}`)
}
