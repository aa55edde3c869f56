import type {KeyValue} from './key-path.js'
import type {Endpoint} from './link-pairs.js'
import type {LinkProbe, LinkSpec} from './release.js'
import {leadsTo} from './link-address.js'

export interface Assignment {
  /** The value that is meant for each server; none where the file has too few. */
  readonly values: readonly (KeyValue | undefined)[]
  /** Values that lead to no server of the lab. */
  readonly extras: readonly KeyValue[]
}

/** All servers share one name: the first value is meant for the first server, and so on; one value may stand for all. */
function byPosition(servers: readonly Endpoint[], found: readonly KeyValue[]): Assignment {
  const values = servers.map((_, i) => found[Math.min(i, found.length - 1)])
  return {values, extras: found.slice(servers.length)}
}

/** Each server has a name of its own: its value is the one that leads there; the others are given out in their order. */
function byName(servers: readonly Endpoint[], found: readonly KeyValue[], probe: LinkProbe): Assignment {
  const own = servers.map(server => found.find(({value}) => leadsTo(value, server, probe)))
  const left = found.filter(value => !own.includes(value))
  return {values: own.map(value => value ?? left.shift()), extras: left}
}

/**
 * Which of the values that a client's file has at the link's key is meant for which server of the link. The client's own address is for
 * nobody, where it is rightly there too.
 */
export function assign(
  servers: readonly Endpoint[],
  all: readonly KeyValue[],
  {probe, port, address}: Pick<LinkSpec, 'probe' | 'port' | 'address'>,
  client: string,
): Assignment {
  const own = {host: client, port}
  const found = address?.itself ? all.filter(({value}) => !leadsTo(value, own, probe)) : all
  const {values, extras} = address?.names === 'node' ? byName(servers, found, probe) : byPosition(servers, found)
  return {values, extras: extras.filter(({value}) => !servers.some(server => leadsTo(value, server, probe)))}
}
