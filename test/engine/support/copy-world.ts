import type {World} from '../stub/world.js'

export interface WorldCopy extends Pick<World, 'images' | 'containers' | 'networks' | 'volumes'> {
  /** By the name of a volume. */
  readonly contents: ReadonlyMap<string, ReadonlyMap<string, string>>
}

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
  contents: new Map([...volumes].map(([name, {content}]) => [name, new Map(content)])),
})

/** Makes a world what another one was. */
export function restoreWorld(world: World, copy: WorldCopy): void {
  world.images.splice(0, world.images.length, ...copy.images)
  for (const kind of ['containers', 'networks', 'volumes'] as const) world[kind].clear()
  for (const [id, container] of copyContainers(copy.containers)) world.containers.set(id, container)
  for (const [id, network] of copy.networks) world.networks.set(id, network)
  for (const [name, volume] of copy.volumes) {
    volume.content.clear()
    for (const [path, text] of copy.contents.get(name) ?? []) volume.content.set(path, text)
    world.volumes.set(name, volume)
  }
}
