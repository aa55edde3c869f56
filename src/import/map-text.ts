import {addressesIn, isOwnMachine, replaceAddresses, type TextAddress} from './addresses.js'
import {filledIn, ownOffset, type KnownInstance} from './evidence.js'
import type {LabAddress, LabSide} from './lab-side.js'
import type {Lookup, Reader} from './lookup.js'
import {withoutPositions} from './leaves.js'

/** A value of production as it would stand in the lab. */
export interface Mapped {
  readonly value: unknown
  /** Hosts in it that are none of production's nodes. */
  readonly outside: readonly string[]
  /** The lab's own is taken, since nothing tells what its address is. */
  readonly isLabs?: boolean
}

export interface MapContext {
  readonly instance: KnownInstance
  readonly lookup: Lookup
  readonly lab: LabSide
}

export function readerOf({instance}: Pick<MapContext, 'instance'>): Reader {
  const offset = ownOffset(instance)
  return {component: instance.component, ...(offset !== undefined && {offset})}
}

const pathAfter = (text: string, {end}: TextAddress) => text.slice(end)

/** A path behind a proxy's own prefix is the lab's path, since the lab has no such proxy: `/km/services/`. */
const withoutPrefix = (path: string, labPath: string) => (labPath.length > 1 && path.endsWith(labPath) ? labPath : path)

/** A text whose place the lab has a value for: the lab's address, and the rest as production has it. */
function atLabs(text: string, labText: string): string | undefined {
  const [own, ...others] = addressesIn(text)
  const [lab] = addressesIn(labText)
  if (!own || !lab || others.length > 0) return undefined
  return labText.slice(0, lab.end) + withoutPrefix(pathAfter(text, own), pathAfter(labText, lab))
}

/** A text with the addresses of production's nodes replaced by the lab's. `labValue`: what the lab has at the same place. */
export function mapText(text: string, key: string, labValue: unknown, context: MapContext): Mapped {
  if (addressesIn(filledIn(text, context.instance)).length === 0) return {value: text, outside: []}
  const filled = filledIn(text, context.instance)
  const same = typeof labValue === 'string' ? atLabs(filled, labValue) : undefined
  const {lookup, lab} = context
  const reader = readerOf(context)
  const [link] = lab.linksAt(withoutPositions(key))
  const outside: string[] = []
  let isMapped = false
  let isElsewhere = false
  const place = (address: TextAddress): LabAddress | undefined => {
    const found = lookup.find(address, reader, link?.server) ?? lookup.find(address, reader)
    if (found && lab.leadsElsewhere(found, String(labValue))) isElsewhere = true
    const to = found && lab.address(found, address.scheme)
    if (to) isMapped = true
    else if (!isOwnMachine(address.host)) outside.push(address.host)
    return to
  }
  const looked = replaceAddresses(filled, place)
  // Another node or port of the product than the lab has there: production's mistake, or its choice. It is what shall be reproduced.
  if (same !== undefined && !isElsewhere) return {value: same, outside: []}
  return {value: isMapped ? looked : text, outside}
}

/** Texts of a list, each with one address: some write several into one, with commas. */
const single = (values: readonly unknown[]): readonly unknown[] =>
  values.flatMap(value =>
    typeof value === 'string' && addressesIn(value).length > 1 ? value.split(/\s*[,|]\s*/).filter(Boolean) : [value],
  )

const distinct = (values: readonly unknown[]) => values.filter((value, i) => values.indexOf(value) === i)

/** A list, with each address that leads to a node replaced by it, and those that lead to all by all of them. Its order is kept. */
export function mapList(list: readonly unknown[], key: string, labValue: unknown, context: MapContext): Mapped {
  const {instance, lookup, lab} = context
  const items = single(list)
  const isAddress = (value: unknown): value is string =>
    typeof value === 'string' && addressesIn(filledIn(value, instance)).length > 0
  if (!items.some(isAddress)) return {value: list, outside: []}
  const [link] = lab.linksAt(withoutPositions(`${key}[]`))
  const siblings =
    link?.server === lab.component ? lab.nodesOf(lab.component).filter(name => name !== lab.node) : undefined
  const outside: string[] = []
  let isUnknown = false
  const values = items.flatMap((item): readonly unknown[] => {
    if (!isAddress(item)) return [item]
    const filled = filledIn(item, instance)
    const [address] = addressesIn(filled)
    const found = lookup.find(address!, readerOf(context), link?.server)
    const places = found
      ? lab.addresses(found, link?.port).filter(({host}) => !siblings || siblings.includes(host))
      : []
    const all =
      places.length > 0 || !siblings || !link ? places : siblings.map(host => ({host, port: found?.port ?? link.port}))
    if (all.length > 0) return all.map(to => replaceAddresses(filled, () => to))
    if (link || !isOwnMachine(address!.host)) {
      isUnknown = true
      outside.push(address!.host)
    }
    return [item]
  })
  if (isUnknown && Array.isArray(labValue)) return {value: labValue, outside: [], isLabs: true}
  return {value: distinct(values), outside}
}
