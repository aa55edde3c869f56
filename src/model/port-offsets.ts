import {LabError} from '../errors.js'
import type {Probe} from './probe.js'
import type {ComponentSpec, PortSpec, Release} from './release.js'
import type {LabSettings} from './settings.js'

/** The product's own port, whatever a node's offset makes of it: by this one, ports are known everywhere in the lab. */
export const standardPort = ({port, standard}: Pick<PortSpec, 'port' | 'standard'>): number => standard ?? port

const moved = <T extends {readonly port: number; readonly standard?: number}>(port: T, offset: number): T => {
  const standard = standardPort(port)
  return {...port, port: standard + offset, standard}
}

function movedProbe(probe: Probe, ports: readonly PortSpec[]): Probe {
  const port = ports.find(own => standardPort(own) === probe.port || own.port === probe.port)
  return port ? {...probe, port: port.port} : probe
}

function movedSpec(spec: ComponentSpec, offset: number): ComponentSpec {
  const ports = spec.ports.map(port => moved(port, offset))
  return {...spec, ports, probes: spec.probes.map(probe => movedProbe(probe, ports))}
}

/**
 * The release with the ports of components that have an offset where they are then: what they listen on, what is probed, what others
 * call. Throws `usage-invalid` for a component whose ports can't be moved.
 */
export function withOffsets(release: Release, {components}: LabSettings): Release {
  const offsets = new Map(
    Object.entries(components).flatMap(([name, {offset}]) => (offset === undefined ? [] : [[name, offset] as const])),
  )
  const fixed = release.components.find(({name, movable}) => offsets.has(name) && !movable)
  if (fixed)
    throw new LabError('usage-invalid', `${fixed.name} of release ${release.name} has no offset that could be set.`, {
      next: [`Remove offset of ${fixed.name} from the lab file`],
    })
  if (offsets.size === 0) return release
  const offsetOf = (name: string) => offsets.get(name) ?? 0
  const known = release.components.filter(({name}) => offsets.has(name))
  const greetings = known.flatMap(({name, ports}) =>
    ports.flatMap(port => {
      const greeting = release.greetings[standardPort(port)]
      return greeting ? [[standardPort(port) + offsetOf(name), greeting] as const] : []
    }),
  )
  return {
    ...release,
    components: release.components.map(spec => (offsets.has(spec.name) ? movedSpec(spec, offsetOf(spec.name)) : spec)),
    links: release.links.map(link => (offsets.has(link.server) ? moved(link, offsetOf(link.server)) : link)),
    greetings: {...release.greetings, ...Object.fromEntries(greetings)},
  }
}
