import {namesIn} from './table.js'

/** Which lists there are; loaded only where they are asked for: each has some 2,000 keys. */
const LISTS = {
  '3.0.0': () => import('./keys/3.0.0.json', {with: {type: 'json'}}),
  // 3.1.0 has no list of its own. Derived: the keys that both 3.0.0 and 3.2.0 know, those of one of them that the templates and defaults of
  // 3.1.0 name (carbon-apimgt v6.6.163 conf_templates, product-apim v3.1.0 and carbon-kernel v4.6.0 resources/conf), and two that only those
  // name. Keys of other features that one neighbour alone has are left out: their sources were not read.
  '3.1.0': () => import('./keys/3.1.0.json', {with: {type: 'json'}}),
  '3.2.0': () => import('./keys/3.2.0.json', {with: {type: 'json'}}),
  '4.0.0': () => import('./keys/4.0.0.json', {with: {type: 'json'}}),
  '4.1.0': () => import('./keys/4.1.0.json', {with: {type: 'json'}}),
  // From here on each list is the one before it and what changed: what *.j2, default.json and infer.json name at the tags of one release and
  // not at those of the other, or the other way round, below apim.* only. 4.1.0: product-apim v4.1.0, carbon-apimgt 9.20.74, carbon-kernel
  // v4.6.3; 4.2.0: v4.2.0, 9.28.116, v4.8.1. Keys of other features are taken over as they are.
  '4.2.0': () => changed('4.1.0', import('./keys/4.2.0.json', {with: {type: 'json'}})),
  // v4.3.0, 9.29.120, v4.9.26; v4.4.0, 9.30.67, v4.9.27.
  '4.3.0': () => changed('4.2.0', import('./keys/4.3.0.json', {with: {type: 'json'}})),
  '4.4.0': () => changed('4.3.0', import('./keys/4.4.0.json', {with: {type: 'json'}})),
  // All tables, not apim.* alone: v4.5.0, 9.31.86, v4.9.28; v4.6.0, 9.32.147, v4.9.33; v4.7.0, 9.33.89, v4.11.18 (4.7.0 itself has 9.33.122,
  // which could not be read). The keys of all packs are in one list.
  '4.5.0': () => changed('4.4.0', import('./keys/4.5.0.json', {with: {type: 'json'}})),
  '4.6.0': () => changed('4.5.0', import('./keys/4.6.0.json', {with: {type: 'json'}})),
  '4.7.0': () => changed('4.6.0', import('./keys/4.7.0.json', {with: {type: 'json'}})),
} satisfies Readonly<Record<string, () => Promise<{default: readonly string[]}>>>

/** A list as what changed since another one. */
async function changed(
  before: string,
  changes: Promise<{default: {readonly adds: readonly string[]; readonly drops: readonly string[]}}>,
): Promise<{default: readonly string[]}> {
  const [{default: known}, {default: change}] = await Promise.all([LISTS[before as KeyList](), changes])
  const dropped = new Set(change.drops)
  return {default: [...known.filter(key => !dropped.has(key)), ...change.adds]}
}

export type KeyList = keyof typeof LISTS

export const KEY_LISTS = Object.keys(LISTS) as readonly KeyList[]

/**
 * Keys that no template reads, but defaults and inference rules (carbon-kernel v4.6.0 default.json, infer.json), or updates of the product:
 * apim.cache_invalidation is documented for the key manager, renew_token_without_revoking_existing under "Multiple active access tokens".
 */
const UNREAD = [
  'server.node_ip',
  'database.$1.hostname',
  'database.$1.port',
  'database.$1.name',
  'database.$1.sid',
  'database.$1.type',
  'apim.cache_invalidation.enabled',
  'apim.cache_invalidation.domain',
  'oauth.jwt.renew_token_without_revoking_existing.enable',
  'oauth.jwt.renew_token_without_revoking_existing.allowed_grant_types',
  'oauth.opaque.renew_token_without_revoking_existing.enable',
  'oauth.opaque.renew_token_without_revoking_existing.allowed_grant_types',
]

/** The keys that the templates, defaults and rules of a release name. */
export class KnownKeys {
  readonly #known: ReadonlySet<string>

  constructor(readonly keys: readonly string[]) {
    this.#known = new Set([...keys, ...UNREAD])
  }

  #has(key: string): boolean {
    return this.#known.has(key) || this.#known.has(`${key}.toList`)
  }

  /**
   * Whether a key path is known; `[]` marks each array of tables in it. In the lists, `x.toList` stands for lists, `x.items` for free keys
   * below x, `$1` for any database, and one macro for all url groups.
   */
  has(path: readonly string[]): boolean {
    const key = path.join('.')
    if (this.#has(key)) return true
    if (this.#known.has(`${path.slice(0, -1).join('.')}.items`)) return true
    if (path[0] === 'database' && this.#has(`database.$1.${path.slice(2).join('.')}`)) return true
    const [, group = '', leaf] = /^(.*\.url_group)\[\]\.(\w+)$/.exec(key) ?? []
    return this.#has(group) && this.#has(`apim.throttling.url_group[].${leaf}`)
  }

  /** The names that may stand below a path, `[]` behind those of arrays of tables; none below a value. */
  namesBelow(path: readonly string[]): readonly string[] {
    const above = path.length === 0 ? '' : `${path.join('.')}.`
    const anyDatabase =
      path[0] === 'database' && path.length > 1 ? `${['database', '$1', ...path.slice(2)].join('.')}.` : above
    const names = [...this.#known].flatMap(key => {
      const start = [above, anyDatabase].find(prefix => key.startsWith(prefix))
      return start === undefined ? [] : [namesIn(key.slice(start.length))[0] ?? '']
    })
    return [...new Set(names)].filter(name => name !== 'toList' && name !== '')
  }
}

/** The known keys of a list. */
export async function loadKeys(list: KeyList): Promise<KnownKeys> {
  return new KnownKeys((await LISTS[list]()).default)
}

/** Key paths of a parsed TOML file in the notation of the lists: `[]` for each array of tables. */
export function keyPaths(value: unknown, path: readonly string[] = []): readonly (readonly string[])[] {
  if (Array.isArray(value) && value.some(item => typeof item === 'object'))
    return value.flatMap(item => keyPaths(item, [...path.slice(0, -1), `${path.at(-1)}[]`]))
  if (typeof value !== 'object' || value === null || Array.isArray(value) || value instanceof Date) return [path]
  return Object.entries(value).flatMap(([name, inner]) => keyPaths(inner, [...path, name]))
}
