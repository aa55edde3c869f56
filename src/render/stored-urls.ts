import {isTls} from '../model/open-ports.js'
import type {StoredUrls} from '../model/release.js'
import type {OpenPort, Topology} from '../model/topology.js'

/** A beginning of URLs, and what it shall be. */
export interface UrlChange {
  readonly from: string
  readonly to: string
}

const STANDARD: Readonly<Record<string, number>> = {https: 443, http: 80, wss: 443, ws: 80}

const SCHEMES: Readonly<Record<string, readonly string[]>> = {
  https: ['https'],
  http: ['http'],
  wss: ['wss'],
  ws: ['ws'],
}

function originsOf({hostName, port, spec}: OpenPort): readonly string[] {
  const schemes = SCHEMES[spec.protocol] ?? (isTls(spec.protocol) ? ['https'] : ['http'])
  return schemes.map(scheme => `${scheme}://${hostName}${port === STANDARD[scheme] ? '' : `:${port}`}`)
}

/** Origins that users reach a lab at, and what they are in another lab with the same components; those that stay are left out. Pure. */
export function urlChanges(before: Topology, after: Topology): readonly UrlChange[] {
  const changes = before.openPorts.flatMap(open => {
    const other = after.openPorts.find(
      ({component, spec}) =>
        component === open.component && spec.port === open.spec.port && spec.protocol === open.spec.protocol,
    )
    const to = other ? originsOf(other) : []
    return originsOf(open).flatMap((from, i) => (to[i] === undefined || to[i] === from ? [] : [{from, to: to[i]}]))
  })
  const unique = changes.filter(({from}, i) => changes.findIndex(it => it.from === from) === i)
  // One may be the beginning of another.
  return unique.toSorted((a, b) => b.from.length - a.from.length)
}

const quoted = (text: string) => `'${text.replaceAll("'", "''")}'`

/** By database: statements that change URLs where a release has them. What every server understands. */
export function urlStatements(
  stored: readonly StoredUrls[],
  changes: readonly UrlChange[],
): ReadonlyMap<string, string> {
  const statements = new Map<string, string>()
  if (changes.length === 0) return statements
  for (const {database, table, column} of stored) {
    const value = changes.reduce((text, {from, to}) => `REPLACE(${text}, ${quoted(from)}, ${quoted(to)})`, column)
    const where = changes.map(({from}) => `${column} LIKE ${quoted(`%${from}%`)}`).join(' OR ')
    const text = `UPDATE ${table} SET ${column} = ${value} WHERE ${where};\n`
    statements.set(database, (statements.get(database) ?? '') + text)
  }
  return statements
}
