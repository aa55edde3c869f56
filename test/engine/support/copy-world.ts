import type {World} from '../stub/world.js'

export type WorldCopy = Pick<World, 'images' | 'containers' | 'networks' | 'volumes'>

const copyContainers = (containers: World['containers']): World['containers'] =>
  new Map(
    [...containers].map(([id, container]) => [
      id,
      {
        ...container,
        networks: structuredClone(container.networks),
        log: [...container.log],
        stop: new AbortController(),
      },
    ]),
  )

/** Everything that a stub engine has, at rest: what its containers do by themselves is not copied. */
export const copyWorld = ({images, containers, networks, volumes}: World): WorldCopy => ({
  images: [...images],
  containers: copyContainers(containers),
  networks: new Map(networks),
  volumes: new Map(volumes),
})

/** Makes a world what another one was. */
export function restoreWorld(world: World, copy: WorldCopy): void {
  world.images.splice(0, world.images.length, ...copy.images)
  for (const kind of ['containers', 'networks', 'volumes'] as const) world[kind].clear()
  for (const [id, container] of copyContainers(copy.containers)) world.containers.set(id, container)
  for (const [id, network] of copy.networks) world.networks.set(id, network)
  for (const [name, volume] of copy.volumes) world.volumes.set(name, volume)
}
