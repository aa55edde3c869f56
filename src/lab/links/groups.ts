import type {UrlGroup} from '../../config/rules.js'
import type {LinkRow} from '../../lab-events/link-row.js'
import {readAddress} from '../../model/link-address.js'
import {findValues, type ClientFile} from './client-files.js'

/** Nodes that share a group of receivers, though each needs its own. */
interface SharedGroup {
  /** With its position: `apim.throttling.url_group[0]`. */
  readonly key: string
  readonly port: number
  readonly servers: readonly string[]
  readonly inTurn: boolean
}

const named = (names: readonly string[]) => `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`

/** Source: DataEndpointGroup.java of carbon-analytics-common v5.2.26. */
const consequence = ({servers, inTurn}: SharedGroup) =>
  inTurn
    ? `each event goes to one of them: each counts a part of the calls, and up to ${servers.length} times the limit gets through`
    : 'only the first that lives gets events: when it goes, another begins to count at nothing'

function sharedGroups(
  files: readonly ClientFile[],
  urlGroups: readonly UrlGroup[],
  isNode: (name: string) => boolean,
): readonly SharedGroup[] {
  return urlGroups
    .filter(it => it.each)
    .flatMap(({key, events}) => {
      const {values} = findValues(files, `${key}[].${events}[]`)
      const keys = [...new Set(values.map(it => it.key.slice(0, it.key.lastIndexOf(`.${events}`))))]
      return keys.flatMap(group => {
        const addresses = values.flatMap(it => (it.key.startsWith(`${group}.`) ? (readAddress(it.value) ?? []) : []))
        const servers = [...new Set(addresses.map(it => it.host))].filter(isNode)
        const [first] = addresses
        if (!first || servers.length < 2) return []
        const inTurn = findValues(files, `${group}.type`).values[0]?.value === 'loadbalance'
        return [{key: group, port: first.port, servers, inTurn}]
      })
    })
}

/** Rows of a client with what its groups of receivers come to, where nodes share one that each need their own. */
export function withGroups(
  rows: readonly LinkRow[],
  files: readonly ClientFile[],
  urlGroups: readonly UrlGroup[],
): readonly LinkRow[] {
  const servers = new Set(rows.map(it => it.server))
  const shared = sharedGroups(files, urlGroups, name => servers.has(name))
  return rows.map(row => {
    const group = shared.find(it => it.port === row.port && it.servers.includes(row.server))
    return group
      ? {...row, warning: `${group.key} has ${named(group.servers)} in one group: ${consequence(group)}`}
      : row
  })
}
