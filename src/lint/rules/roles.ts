import {nearest} from '../../model/nearest.js'
import {ANY_ROLE} from '../../model/roles.js'
import type {Rule} from '../rule.js'
import {valueAt} from '../linted-set.js'

const KEY = 'server.server_role'

/** The profile that a node says it is. */
export const ROLE_RULE: Rule = {
  code: 'role-unknown',
  severity: 'warning',
  title: 'A server role that the release does not have',
  why: 'What a profile switches on and off follows from the role; from one that it does not know, the product infers nothing.',
  looksLike:
    'A node with the defaults of all profiles: throttling data is published by a node that should not, or not by one that should',
  fix: 'Take the name of a profile of this release.',
  check: ({table}, {release}) => {
    const role = valueAt(table, KEY)
    const known = release.components.flatMap(({serverRole}) => serverRole ?? [])
    if (role === undefined || role === ANY_ROLE || known.includes(role)) return []
    const near = nearest(role, known)
    return [
      {
        key: KEY,
        message: `${release.name} has no server role ${JSON.stringify(role)}`,
        fix: near === undefined ? `Known: ${known.join(', ')}.` : `Write server_role = "${near}".`,
      },
    ]
  },
}
