import type {Rule} from '../rule.js'
import {valueAt} from '../linted-set.js'

/** Services that a deployment can't do without, switched off. */
export const VITAL_RULE: Rule = {
  code: 'switched-off',
  severity: 'warning',
  title: 'A service that all nodes need is switched off',
  why: 'The product starts without it and says little, but what the service brings is missing from then on.',
  looksLike: 'In the log: Wso2Event Publisher not enabled. Calls with good tokens: 401 with code 900901',
  fix: 'Leave the key out, or write true.',
  check: ({values}, {release}) =>
    Object.entries(release.config.vital ?? {}).flatMap(([key, lost]) =>
      valueAt(values, key)?.toLowerCase() === 'false' ? [{key, message: `${key} is false: ${lost}`}] : [],
    ),
}
