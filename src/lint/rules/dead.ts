import {deadKeys} from '../../config/dead-keys.js'
import type {Rule} from '../rule.js'

/** Keys that the release knows, and looks at in vain. */
export const DEAD_RULE: Rule = {
  code: 'key-dead',
  severity: 'note',
  title: 'A key without effect',
  why: 'The product comes out the same without it.',
  looksLike: 'Nothing: changing the value changes nothing',
  fix: 'Leave it out.',
  check: ({table}, {release}) =>
    deadKeys(table, release.config).map(({key, why}) => ({key, message: `${key} has no effect: ${why}`})),
}
