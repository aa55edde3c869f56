import {readKeyPath} from '../model/key-path.js'
import type {ComponentSpec, Release} from '../model/release.js'
import {isOwnMachine} from './addresses.js'
import {filledIn, ownOffset, type KnownInstance, type Sighting} from './evidence.js'

/** An address as production knows a node by it. */
export interface ProductionAddress {
  readonly host: string
  readonly offset?: number
  /** What browsers and users call: in the lab, the load balancer. */
  readonly isPublic?: boolean
}

/** A node of the lab, and what it is in production. */
export interface PlannedNode {
  readonly name: string
  readonly component: string
  /** What it reads there; undefined where no file was handed in for it. */
  readonly instance?: KnownInstance
  readonly addresses: readonly ProductionAddress[]
}

export interface PlannedComponent {
  readonly component: string
  readonly nodes: readonly PlannedNode[]
  /** Addresses that lead to any of its nodes: a load balancer's, or the name that browsers use. */
  readonly shared: readonly ProductionAddress[]
  /** How many nodes production has, if the lab can't have as many. */
  readonly asked?: number
}

const sameAddress = (a: ProductionAddress, b: ProductionAddress) => a.host === b.host && a.offset === b.offset

const distinct = (all: readonly ProductionAddress[]) =>
  all.filter((one, i) => all.findIndex(other => sameAddress(one, other)) === i)

const firstLabel = (host: string) => host.split('.')[0]!

/** `2` of `gateway2` and of `gw-2`. */
const numberOf = (name: string): string | undefined => /(\d+)$/.exec(name)?.[1]

/** What others may call the nodes that read a file. */
export function ownAddresses(instance: KnownInstance): readonly ProductionAddress[] {
  const {table} = instance.source
  const read = (key: string) => readKeyPath(table, key)[0]?.value
  const hostname = read('server.hostname')
  const offset = ownOffset(instance)
  const hosts = [...(hostname === undefined ? [] : [filledIn(hostname, instance)]), ...instance.hosts]
  return hosts
    .map(host => host.toLowerCase())
    .filter(host => offset !== undefined || !isOwnMachine(host))
    .map(host => ({host, ...(offset !== undefined && {offset})}))
}

/** Whether an address is one of a certain instance: by its host and its offset, or by the name of its file or folder. */
function isOf(address: ProductionAddress, instance: KnownInstance): boolean {
  const isSameOffset = (offset: number | undefined) =>
    address.offset === undefined || offset === undefined || address.offset === offset
  if (ownAddresses(instance).some(({host, offset}) => host === address.host && isSameOffset(offset))) return true
  const label = firstLabel(address.host)
  if (instance.names.some(name => [address.host, label].includes(name.toLowerCase()))) return true
  const number = numberOf(label)
  return number !== undefined && number === instance.names.map(numberOf).find(found => found !== undefined)
}

const byList = (seen: readonly Sighting[]): readonly (readonly ProductionAddress[])[] =>
  [...new Set(seen.map(({list}) => list))].map(list =>
    distinct(
      seen.filter(one => one.list === list).map(({host, offset}) => ({host, ...(offset !== undefined && {offset})})),
    ),
  )

/** The largest list of addresses that one file has for a component: that many nodes it has. */
const largestList = (seen: readonly Sighting[]): readonly ProductionAddress[] =>
  byList(seen.filter(({names, isSibling}) => names === 'node' && !isSibling)).reduce(
    (best, list) => (list.length > best.length ? list : best),
    [],
  )

/** How many nodes a file knows beside its own. */
const siblings = (seen: readonly Sighting[]): number =>
  Math.max(0, ...byList(seen.filter(({isSibling}) => isSibling)).map(list => list.length))

/** The nodes of a component: as many as there are files, or as others have addresses for. */
export function planComponent(
  {name: component, replicas: {max, usual}}: Pick<ComponentSpec, 'name' | 'replicas'>,
  instances: readonly KnownInstance[],
  all: readonly Sighting[],
): PlannedComponent {
  const own = instances.filter(instance => instance.component === component)
  const readers = own.flatMap(instance => Array.from({length: Math.max(1, instance.replicas ?? 1)}, () => instance))
  const seen = all.filter(({server}) => server === component)
  const listed = largestList(seen)
  // Where nothing speaks of it, as many as a lab has without a word; each file, and each address, is of one at least.
  const least = own.length > 0 || seen.length > 0 ? siblings(seen) + 1 : (usual ?? 1)
  const asked = Math.max(least, readers.length, listed.length)
  const count = Math.min(asked, max)
  const addresses: ProductionAddress[][] = Array.from({length: count}, () => [])
  const shared: ProductionAddress[] = []
  const readerOf = (i: number) => readers[i] ?? readers.at(-1)
  const ownerOf = (address: ProductionAddress) => {
    const owners = own.filter(instance => isOf(address, instance))
    return owners.length === 1 ? readers.indexOf(owners[0]!) : -1
  }
  // Those that a file owns first; the others take the nodes that are left, in their order.
  const left = listed.filter(address => {
    const i = ownerOf(address)
    if (i < 0 || i >= count || (readers[i]?.replicas ?? 1) > 1) return true
    addresses[i]!.push(address)
    return false
  })
  const isAll = listed.length >= count
  for (const address of left) {
    const free = addresses.findIndex(list => list.length === 0)
    if (isAll && free >= 0) addresses[free]!.push(address)
    else shared.push(address)
  }
  for (const {host, offset, isSibling, names} of seen) {
    const address = {host, ...(offset !== undefined && {offset}), ...(names === 'browser' && {isPublic: true})}
    if ([...addresses.flat(), ...shared].some(known => sameAddress(known, address))) continue
    const i = ownerOf(address)
    const sameHost = addresses.findIndex(list => list.some(known => known.host === host && known.offset === undefined))
    if (i >= 0 && i < count && own.length > 1) addresses[i]!.push(address)
    else if (sameHost >= 0) addresses[sameHost]!.push(address)
    else if (!isSibling) (count === 1 ? addresses[0]! : shared).push(address)
  }
  own.forEach((instance, i) => {
    for (const address of ownAddresses(instance))
      if (![...addresses.flat(), ...shared].some(known => sameAddress(known, address)))
        (own.length === count && own.filter(other => isOf(address, other)).length === 1 ? addresses[i]! : shared).push(
          address,
        )
  })
  return {
    component,
    nodes: addresses.map((known, i) => {
      const instance = readerOf(i)
      return {name: `${component}-${i + 1}`, component, addresses: known, ...(instance && {instance})}
    }),
    shared,
    ...(asked > max && {asked}),
  }
}

/** Every component of the release with its nodes; those of the analytics too, one node each. One whose work another one does has none. */
export function planNodes(
  release: Release,
  instances: readonly KnownInstance[],
  seen: readonly Sighting[],
  standIns: ReadonlyMap<string, string>,
): readonly PlannedComponent[] {
  const known = seen.map(one => ({...one, server: standIns.get(one.server) ?? one.server}))
  return release.components.map(spec =>
    standIns.has(spec.name) ? {component: spec.name, nodes: [], shared: []} : planComponent(spec, instances, known),
  )
}
