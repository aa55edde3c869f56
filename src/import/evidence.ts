import {replacePlaceholders} from '../config/placeholders.js'
import {isTable, namesIn, type ConfigTable} from '../config/table.js'
import {readKeyPath} from '../model/key-path.js'
import type {LinkSpec, Release} from '../model/release.js'
import {addressesIn, isOwnMachine} from './addresses.js'
import type {Instance} from './source.js'

/** An instance whose component is known. */
export interface KnownInstance extends Instance {
  readonly component: string
  readonly why: string
}

/** An address that production's files have for a component. */
export interface Sighting {
  readonly server: string
  readonly host: string
  /** How far production's port is from the product's; undefined for one that is not the product's at all: a proxy's. */
  readonly offset?: number
  readonly names: NonNullable<LinkSpec['address']>['names']
  /** What the addresses of one list share. */
  readonly list: string
  /** Its own component's: the others of it, never itself. */
  readonly isSibling: boolean
}

/** Production may shift ports by this much. */
const MOST_OFFSET = 1000

export function offsetOf(port: number | undefined, own: number): number | undefined {
  const offset = port === undefined ? undefined : port - own
  return offset !== undefined && offset >= 0 && offset <= MOST_OFFSET ? offset : undefined
}

/** Text of a configuration with what the environment and the product itself put in. */
export function filledIn(text: string, {source, environment = {}}: Instance): string {
  const known = text.replace(/\$env\{([^}]*)\}/g, (whole, name: string) => environment[name] ?? whole)
  return replacePlaceholders(known, source.table)
}

/** Whether a table on the way to a key says that it is switched off. */
export function isOff(table: ConfigTable, key: string): boolean {
  let at: unknown = table
  for (const name of namesIn(key.replace(/\[[^\]]*\]/g, '')).slice(0, -1)) {
    at = isTable(at) ? at[name] : undefined
    if (isTable(at) && String(at['enable']).toLowerCase() === 'false') return true
  }
  return false
}

/** How far an instance's ports are shifted; undefined where only its environment knows. */
export function ownOffset(instance: Instance): number | undefined {
  const offset = Number(filledIn(readKeyPath(instance.source.table, 'server.offset')[0]?.value ?? '0', instance))
  return Number.isNaN(offset) ? undefined : offset
}

/**
 * How far an address of a server is shifted. Another port of that very server is a mistake in the file, not an offset, unless one of the
 * server's own files has that offset.
 */
function shiftOf(
  written: number | undefined,
  {server, port}: LinkSpec,
  instances: readonly KnownInstance[],
  release: Release,
): number | undefined {
  const offset = offsetOf(written, port)
  const own = release.components.find(({name}) => name === server)?.ports ?? []
  const isAnother = offset !== 0 && own.some(({port: other}) => other === written)
  const isShifted = instances.some(instance => instance.component === server && ownOffset(instance) === offset)
  return isAnother && !isShifted ? 0 : offset
}

/** Every address that instances have where the release's links say that they have one. */
export function sightings(instances: readonly KnownInstance[], release: Release): readonly Sighting[] {
  return instances.flatMap((instance, i) =>
    release.links
      .filter(
        ({client, address}) => client === instance.component && address && !isOff(instance.source.table, address.key),
      )
      .flatMap(link => {
        const {server, port, address} = link
        return readKeyPath(instance.source.table, address!.key).flatMap(({value}) =>
          addressesIn(filledIn(value, instance)).flatMap(({host, port: written}): readonly Sighting[] => {
            const offset = shiftOf(written, link, instances, release)
            // It leads to the node itself: a default that nobody changed.
            if (isOwnMachine(host) && offset === ownOffset(instance)) return []
            return [
              {
                server,
                host,
                ...(offset !== undefined && {offset}),
                names: address!.names,
                list: `${i} ${address!.key} ${port}`,
                isSibling: server === instance.component && !address!.itself,
              },
            ]
          }),
        )
      }),
  )
}
