import {isTable, type ConfigTable} from '../../config/table.js'
import type {UrlGroup} from '../../config/rules.js'
import {readKeyPath} from '../../model/key-path.js'
import {readAddress} from '../../model/link-address.js'
import {nodesOf} from '../addresses.js'
import type {Found, Rule} from '../rule.js'
import type {LintedSet, ParsedFile} from '../linted-set.js'
import {isOpen} from '../templated.js'

interface Group {
  readonly spec: UrlGroup
  readonly key: string
  readonly table: ConfigTable
  readonly count: number
}

const listOf = (table: ConfigTable, name: string): readonly unknown[] => {
  const value = table[name]
  return Array.isArray(value) ? (value as unknown[]) : []
}

function groupsOf({table}: ParsedFile, {release}: LintedSet): readonly Group[] {
  return release.config.urlGroups.flatMap(spec => {
    const [last = '', ...above] = spec.key.split('.').toReversed()
    const holder = above.reduceRight<unknown>((at, name) => (isTable(at) ? at[name] : undefined), table)
    const groups = isTable(holder) && Array.isArray(holder[last]) ? (holder[last] as unknown[]) : []
    return groups.flatMap((group, i) =>
      isTable(group) ? [{spec, key: `${spec.key}[${i}]`, table: group, count: groups.length}] : [],
    )
  })
}

const inGroups =
  (check: (group: Group, set: LintedSet) => readonly Found[]): Rule['check'] =>
  (file, set) =>
    groupsOf(file, set).flatMap(group => check(group, set))

const TYPES = ['loadbalance', 'failover']

/** Groups of addresses that events go to. Source: api-manager.xml.j2 of carbon-apimgt v6.5.349 to v6.7.206. */
export const GROUP_RULES: readonly Rule[] = [
  {
    code: 'group-odd',
    severity: 'warning',
    title: 'A group with another number of logins than of receivers',
    why: 'The first login address belongs to the first receiver, the second to the second: one is left without the other.',
    looksLike: 'Receiver URL group count is not equal to Authenticator URL group count',
    fix: 'Give each receiver its login address, in the same order.',
    check: inGroups(({spec: {events, auth}, key, table}) => {
      const [receivers, logins] = [listOf(table, events).length, listOf(table, auth).length]
      // Without any login address the product makes one of the receiver's.
      return receivers === logins || logins === 0
        ? []
        : [{key: `${key}.${auth}`, message: `${key} has ${receivers} in ${events} and ${logins} in ${auth}`}]
    }),
  },
  {
    code: 'group-type',
    severity: 'warning',
    title: 'A group type that does not exist',
    why: 'Only "loadbalance" joins the addresses of a group so that all are used; anything else is taken for failover.',
    looksLike: 'Events reach the first node of the group only',
    fix: 'Write type = "loadbalance" or type = "failover".',
    check: inGroups(({spec: {events}, key, table}) => {
      const type = table['type']
      return typeof type !== 'string' || isOpen(type) || TYPES.includes(type) || listOf(table, events).length < 2
        ? []
        : [{key: `${key}.type`, message: `${key}.type ${JSON.stringify(type)} is taken for "failover"`}]
    }),
  },
  {
    code: 'group-single',
    severity: 'warning',
    title: 'One group where each node needs its own',
    why: 'Every group gets every event, and one node of a group: each traffic manager must see every request to count it.',
    looksLike: 'Limits that let through up to twice as many requests as they should',
    fix: 'Give each node a group of its own.',
    check: inGroups(({spec, key, table, count}, set) => {
      const link = set.release.links.find(({address}) => address?.key === `${spec.key}[].${spec.events}[]`)
      const server = link?.server ?? spec.server
      if (!spec.each || count > 1 || !set.isSet || server === undefined || nodesOf(server, set).length < 2) return []
      const hosts = new Set(readKeyPath(table, `${spec.events}[]`).map(({value}) => readAddress(value)?.host))
      return hosts.size < 2 ? [] : [{key, message: `${key} has all ${hosts.size} nodes in one group`}]
    }),
  },
]
