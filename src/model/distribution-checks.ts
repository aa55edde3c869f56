import {posix} from 'node:path'

/** Whether a path of an archive would be written outside the folder that it is unpacked to. */
export const isOutside = (path: string): boolean =>
  path === '' || path.includes('\0') || /^(\/|[A-Za-z]:)/.test(path) || path.split('/').includes('..')

/** Whether a link at a path leads out of the tree's root. */
export function leadsOut(path: string, target: string): boolean {
  if (target === '' || target.includes('\0') || /^(\/|[A-Za-z]:)/.test(target)) return true
  const end = posix.normalize(posix.join(posix.dirname(path), target))
  return end === '..' || end.startsWith('../')
}

/** Where Equinox looks for the list of its bundles, below the folder of an OSGi profile. */
const BUNDLES_INFO = '/configuration/org.eclipse.equinox.simpleconfigurator/bundles.info'

/**
 * Paths of the bundles that a bundles.info names, relative to the tree's root: a line each, `name,version,location,level,started`, the
 * location relative to the profile's folder.
 */
export function bundlesIn(path: string, text: string): readonly string[] {
  const profile = path.slice(0, -BUNDLES_INFO.length)
  return text.split(/\r?\n/).flatMap(line => {
    const location = line.startsWith('#') ? undefined : line.split(',')[2]
    if (location === undefined) return []
    const relative = decoded(location.trim().replace(/^(reference:)?(file:)?/, ''))
    return relative === '' || relative.startsWith('/') ? [] : [posix.normalize(posix.join(profile, relative))]
  })
}

function decoded(location: string): string {
  try {
    return decodeURIComponent(location)
  } catch {
    return location
  }
}

/** Bundles that are named and not there, sorted. A bundle may be a folder. */
export function missingBundles(infos: ReadonlyMap<string, string>, paths: ReadonlySet<string>): readonly string[] {
  const named = [...infos].flatMap(([path, text]) => bundlesIn(path, text))
  return [...new Set(named)].filter(path => !paths.has(path)).toSorted()
}

const LEVEL_KEY = /^(current)?(u2)?updatelevel$/

function levelIn(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const entries = Object.entries(value)
  const own = entries.find(([key]) => LEVEL_KEY.test(key.toLowerCase().replaceAll(/[^a-z0-9]/g, '')))?.[1] as unknown
  if (/^\d{1,18}$/.test(String(own))) return String(own)
  return entries.map(([, child]) => levelIn(child)).find(level => level !== undefined)
}

function levelInJson(text: string): string | undefined {
  try {
    return levelIn(JSON.parse(text))
  } catch {
    return undefined
  }
}

/** What stands for the update level of a distribution that tells none. */
export const NO_UPDATE = 'none'

/**
 * The update level: what updates/config.json of Updates 2.0 says, else the newest of WUM's times, which name what lies in updates/wum
 * (org.wso2.carbon.updates.info.callhome ExtractInfo). The name of the key in config.json is not documented: any spelling of it does.
 */
export function updateLevel(paths: Iterable<string>, configJson: string | undefined): string {
  const level = configJson === undefined ? undefined : levelInJson(configJson)
  if (level !== undefined) return level
  const times = [...paths].flatMap(path => /^updates\/wum\/(\d{1,18})(?:\.[a-z]+)?(?:\/|$)/.exec(path)?.[1] ?? [])
  return times.toSorted((a, b) => Number(a) - Number(b)).at(-1) ?? NO_UPDATE
}
