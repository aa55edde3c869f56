import type {Found, Rule} from '../rule.js'
import type {Leaf} from '../leaves.js'
import type {LintedSet} from '../linted-set.js'
import {isOpen} from '../templated.js'

const SWITCH = /^(enable|enabled)$|^enable_/
const NUMBER = /^(offset|port|proxyPort)$|_port$/

/** Keys in the notation of the lists that hold several addresses. */
const listKeys = ({release}: LintedSet): readonly string[] =>
  release.links.flatMap(({address}) => (address?.key.endsWith('[]') ? [address.key.slice(0, -2)] : []))

function wrongType({names, key, value}: Leaf, set: LintedSet): Omit<Found, 'key'> | undefined {
  const last = names.at(-1)!
  if (!set.keys.has(names) || (typeof value === 'string' && isOpen(value))) return undefined
  const isList = listKeys(set).includes(names.join('.'))
  if (isList && typeof value === 'string') return {message: `${key} is a list`, fix: `Write ${last} = ["...", "..."].`}
  if (SWITCH.test(last) && !/^(true|false)$/i.test(String(value)))
    return {message: `${key} is a switch`, fix: `Write ${last} = true or ${last} = false.`}
  if (NUMBER.test(last) && !/^\d+$/.test(String(value)))
    return {message: `${key} is a number`, fix: `Write ${last} = 9443, without quotes and signs.`}
  return undefined
}

/** Values of the wrong kind; text for a number or a switch is taken by the product (seen on its mapper). */
export const TYPE_RULE: Rule = {
  code: 'value-type',
  severity: 'warning',
  title: 'A value of the wrong kind',
  why: 'Templates walk over lists, and write numbers and switches where the product parses them.',
  looksLike: 'NumberFormatException at start, or a switch that stays off',
  fix: 'Write the value in the form that the key has.',
  check: ({leaves}, set) =>
    leaves.flatMap(leaf => {
      const found = wrongType(leaf, set)
      return found ? [{key: leaf.key, ...found}] : []
    }),
}
