import type {Release} from '../model/release.js'
import type {KnownInstance, Sighting} from './evidence.js'
import {ownAddresses} from './nodes.js'

type Place = Pick<Sighting, 'host' | 'offset'>

const placeOf = ({host, offset}: Place) => `${host} ${offset ?? ''}`

/**
 * Components that production leaves out, by name, and which one does their work: no file is theirs, and whatever is said to be their address
 * is one of the other's.
 */
export function standIns(
  {links}: Pick<Release, 'links'>,
  instances: readonly KnownInstance[],
  seen: readonly Sighting[],
): ReadonlyMap<string, string> {
  const pairs = new Map(links.flatMap(({without, server}) => (without === undefined ? [] : [[without, server]])))
  const placesOf = (component: string) => seen.filter(({server}) => server === component).map(placeOf)
  return new Map(
    [...pairs].filter(([absent, other]) => {
      const asked = placesOf(absent)
      const own = instances.filter(({component}) => component === other).flatMap(ownAddresses)
      const there = new Set([...placesOf(other), ...own.map(placeOf)])
      return (
        asked.length > 0 &&
        instances.every(({component}) => component !== absent) &&
        asked.every(place => there.has(place))
      )
    }),
  )
}
