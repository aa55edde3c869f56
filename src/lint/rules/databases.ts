import {readKeyPath} from '../../model/key-path.js'
import {isEmbedded, localDatabasesElsewhere} from '../../model/local-database.js'
import {certain, hostsNamed, isOwn} from '../addresses.js'
import type {Rule} from '../rule.js'
import {isOpen} from '../templated.js'

/** Whether a value leads to a server for certain. */
const isElsewhere = (value: string | undefined) => value !== undefined && !isOpen(value) && !isEmbedded(value)

/** The server of a JDBC URL, whatever the kind of database: `//host:port`, or Oracle's `@host:port:sid`. */
function databaseHost(url: string | undefined): string | undefined {
  if (!isElsewhere(url)) return undefined
  return /^jdbc:[^/@]*(?:\/\/|@(?:\/\/)?)(\[[^\]]+\]|[^:/;?,@()]+)/i.exec(url!.trim())?.[1]?.toLowerCase()
}

/** Which node has which database. */
export const DATABASE_RULES: readonly Rule[] = [
  {
    code: 'database-foreign',
    severity: 'warning',
    title: 'A database that this component must not use',
    why: 'The component does not use it, and whoever breaks into the node has a way into it.',
    looksLike: 'In a lab: Access denied for user; elsewhere nothing, but connections that nobody needs',
    fix: 'Remove the table: without it the product takes a file of its own.',
    check: ({component, table, source}) =>
      (component?.foreignDatabases ?? []).flatMap(({key, why}) => {
        const url = readKeyPath(table, `${key}.url`)[0]?.value
        const type = readKeyPath(table, `${key}.type`)[0]?.value
        const leads = url === undefined ? type !== undefined && !isOpen(type) && type !== 'h2' : isElsewhere(url)
        return leads && source.has(key) ? [{key, message: `a ${component!.name} has no use for ${key}: ${why}`}] : []
      }),
  },
  {
    code: 'database-local',
    severity: 'warning',
    title: 'A local database on a server',
    why: "The Carbon and the message broker database hold what belongs to one node; the product's documentation forbids to share them.",
    looksLike: 'Nodes that overwrite one another: lost topic subscriptions, caches of the other node',
    fix: 'Remove the table, or give it an embedded URL: `jdbc:h2:./repository/database/WSO2CARBON_DB;DB_CLOSE_ON_EXIT=FALSE`.',
    check: ({table}, set) =>
      localDatabasesElsewhere(table)
        .filter(key => isElsewhere(readKeyPath(table, key)[0]?.value))
        .map(key => ({key, ...certain(set), message: `${key} leads to a server`})),
  },
  {
    code: 'database-outside',
    severity: 'warning',
    title: "A database that is not the lab's",
    why: 'The node reads and writes there: in a file from production that is the database of production.',
    looksLike: 'Rows of the lab in a database that others use; or CommunicationsException where it cannot be reached',
    fix: "Remove url, username and password from the overlay: the lab's own database takes their place.",
    check: ({leaves, values}, set) =>
      set.hosts === undefined
        ? []
        : leaves.flatMap(({key}) => {
            const host = databaseHost(readKeyPath(values, key)[0]?.value)
            const isLabs = host === undefined || isOwn(host) || hostsNamed(host, set).length > 0
            return isLabs ? [] : [{key, message: `${host} is no server of the lab`}]
          }),
  },
]
