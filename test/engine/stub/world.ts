import {createHash, randomBytes} from 'node:crypto'
import {EventEmitter} from 'node:events'
import {
  type Behaviour,
  type Container,
  type CreateBody,
  type Exec,
  type Image,
  type ImageConfig,
  type Labels,
  type Network,
  type StubEvent,
  type Volume,
} from './model.js'
import {ApiError} from './reply.js'

export interface WorldOptions {
  /** The images that are there: tag -> its Config. */
  readonly images?: Readonly<Record<string, ImageConfig>>
  /** The images that can be pulled. */
  readonly registry?: Readonly<Record<string, ImageConfig>>
  /** Images of the registry that it gives to nobody. */
  readonly denied?: readonly string[]
  /** Images of the registry whose pull fails half-way, and with what words. */
  readonly broken?: Readonly<Record<string, string>>
  /** Where an image is not for amd64. */
  readonly architectures?: Readonly<Record<string, string>>
  readonly behaviour?: (name: string, config: CreateBody) => Behaviour
  /** What a build makes of a context, or an error to put into its stream. */
  readonly build?: (query: URLSearchParams, context: Buffer) => ImageConfig | Error
}

/** Everything that the stub engine has. */
export class World {
  readonly images: Image[] = []
  readonly containers = new Map<string, Container>()
  readonly networks = new Map<string, Network>()
  readonly volumes = new Map<string, Volume>()
  readonly execs = new Map<string, Exec>()
  readonly events: StubEvent[] = []
  readonly bus = new EventEmitter().setMaxListeners(0)
  /** What the engine's disk has, as helpers see it. */
  freeBytes = 1e12
  private address = 1

  constructor(readonly options: WorldOptions) {
    for (const [tag, config] of Object.entries(options.images ?? {})) this.addImage(tag, config)
    for (const name of ['bridge', 'host', 'none'])
      this.addNetwork(name, {Driver: name === 'none' ? 'null' : name}, true)
  }

  newId(): string {
    return randomBytes(32).toString('hex')
  }

  nextAddress(): string {
    this.address++
    return `172.30.${this.address >> 8}.${this.address & 255}`
  }

  addImage(tag: string | undefined, config: ImageConfig): Image {
    const reference = tag === undefined ? undefined : withTag(tag)
    for (const image of this.images) if (reference) image.tags.delete(reference)
    const id = `sha256:${createHash('sha256')
      .update(`${reference ?? this.newId()}${JSON.stringify(config)}`)
      .digest('hex')}`
    const image = this.images.find(known => known.id === id) ?? {
      id,
      tags: new Set<string>(),
      config,
      size: 1_000_000,
      created: new Date().toISOString(),
    }
    if (!this.images.includes(image)) this.images.push(image)
    if (reference) image.tags.add(reference)
    return image
  }

  findImage(name: string): Image | undefined {
    const id = name.startsWith('sha256:') ? name : `sha256:${name}`
    return this.images.find(
      image => image.tags.has(withTag(name)) || (/^[0-9a-f]{6,}$/.test(id.slice(7)) && image.id.startsWith(id)),
    )
  }

  image(name: string): Image {
    const image = this.findImage(name)
    if (!image) throw new ApiError(404, `No such image: ${withTag(name)}`)
    return image
  }

  container(nameOrId: string): Container {
    const found =
      this.containers.get(nameOrId) ??
      this.containerNamed(nameOrId.replace(/^\//, '')) ??
      [...this.containers.values()].find(({id}) => nameOrId !== '' && id.startsWith(nameOrId))
    if (!found) throw new ApiError(404, `No such container: ${nameOrId}`)
    return found
  }

  containerNamed(name: string): Container | undefined {
    return [...this.containers.values()].find(container => container.name === name)
  }

  addNetwork(name: string, body: Record<string, unknown>, builtIn = false): Network {
    const network = {id: this.newId(), name, labels: (body['Labels'] as Labels | undefined) ?? {}, body, builtIn}
    this.networks.set(network.id, network)
    return network
  }

  findNetwork(nameOrId: string): Network | undefined {
    const all = [...this.networks.values()]
    return (
      this.networks.get(nameOrId) ??
      all.find(({name}) => name === nameOrId) ??
      all.find(({id}) => nameOrId.length >= 12 && id.startsWith(nameOrId))
    )
  }

  network(nameOrId: string): Network {
    const network = this.findNetwork(nameOrId)
    if (!network) throw new ApiError(404, `network ${nameOrId} not found`)
    return network
  }

  addVolume(name: string | undefined, labels: Labels = {}): Volume {
    const known = name === undefined ? undefined : this.volumes.get(name)
    if (known) return known
    const volume = {
      name: name ?? this.newId(),
      labels,
      created: new Date().toISOString(),
      anonymous: name === undefined,
      content: new Map<string, string>(),
    }
    this.volumes.set(volume.name, volume)
    this.emit('volume', 'create', volume.name, {driver: 'local'})
    return volume
  }

  emit(type: string, action: string, id: string, attributes: Labels): void {
    const now = Date.now()
    const event: StubEvent = {
      Type: type,
      Action: action,
      Actor: {ID: id, Attributes: attributes},
      scope: 'local',
      time: Math.floor(now / 1000),
      timeNano: now * 1e6,
    }
    this.events.push(event)
    this.bus.emit('event', event)
  }

  emitContainer(container: Container, action: string, more: Labels = {}): void {
    const {id, name, config} = container
    this.emit('container', action, id, {...config.Labels, image: config.Image ?? '', name, ...more})
  }
}

/** "mysql" -> "mysql:latest". */
export function withTag(name: string): string {
  const last = name.slice(name.lastIndexOf('/') + 1)
  return last.includes(':') || last.includes('@') ? name : `${name}:latest`
}
