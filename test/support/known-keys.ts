import {readFileSync} from 'node:fs'
import {join} from 'node:path'
import {ROOT} from './lab.js'

/** Key paths of a parsed TOML file in the notation of the key list: `[]` for each array of tables. */
export function keyPaths(value: unknown, path: string[] = []): string[][] {
  if (Array.isArray(value) && value.some(item => typeof item === 'object'))
    return value.flatMap(item => keyPaths(item, [...path.slice(0, -1), `${path.at(-1)}[]`]))
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [path]
  return Object.entries(value).flatMap(([name, inner]) => keyPaths(inner, [...path, name]))
}

/** Lists of the releases that have none of their own: mini reads 3.2.0's keys, and 3.2.1's are assumed to be the same. */
const LIKE: Readonly<Record<string, string>> = {mini: '3.2.0', '3.2.1': '3.2.0'}

/**
 * Tells whether a release knows a key path. In its list: `x.toList` for lists, `x.items` for free keys below x, `$1` for any database,
 * and one macro for all url groups.
 */
export function knownKeys(release: string): (path: readonly string[]) => boolean {
  const lines = readFileSync(join(ROOT, 'test/fixtures', `keys-${LIKE[release] ?? release}.txt`), 'utf8').split('\n')
  const known = new Set(lines.filter(line => line !== '' && !line.startsWith('#')))
  const has = (key: string) => known.has(key) || known.has(`${key}.toList`)
  return path => {
    const key = path.join('.')
    if (has(key) || known.has(`${path.slice(0, -1).join('.')}.items`)) return true
    if (path[0] === 'database' && has(`database.$1.${path.slice(2).join('.')}`)) return true
    const [, group = '', leaf] = /^(.*\.url_group)\[\]\.(\w+)$/.exec(key) ?? []
    return has(group) && has(`apim.throttling.url_group[].${leaf}`)
  }
}
