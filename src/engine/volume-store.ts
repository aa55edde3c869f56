import {posix} from 'node:path'
import type {Readable} from 'node:stream'
import type Docker from 'dockerode'
import type {ContainerCreateOptions, MountSettings} from 'dockerode'
import type {Helper} from './engine.js'
import {isConflict, isNotFound, telling, toLabError} from './engine-errors.js'
import type {
  EngineVolumes,
  MountedVolume,
  StoredSeed,
  StoredVolume,
  VolumeArchive,
  VolumeHelperOptions,
} from './engine-volumes.js'
import {createHelper, withHelper} from './helper-container.js'
import {HelperSession} from './helper-session.js'
import {removeSeeds, storedSeeds} from './seeds.js'

/** Reads and writes every file, and gives it its owner and mode. */
const FILES = ['CHOWN', 'DAC_OVERRIDE', 'FOWNER']

const AT = '/volume'

const mount = ({name: Source, at: Target, readOnly: ReadOnly}: MountedVolume): MountSettings => ({
  Type: 'volume',
  Source,
  Target,
  ReadOnly,
})

/** A container that is never started: the engine reads and writes its volume. */
const bodyOf = (
  {image: Image, volume: name}: VolumeArchive,
  readOnly: boolean,
): Omit<ContainerCreateOptions, 'platform'> => ({
  Image,
  Entrypoint: ['true'],
  Cmd: [],
  HostConfig: {NetworkMode: 'none', Mounts: [mount({name, at: AT, readOnly})]},
})

/** The volumes of a Docker engine. */
export class VolumeStore implements EngineVolumes {
  readonly #docker: Docker

  constructor(docker: Docker) {
    this.#docker = docker
  }

  async labelled(label: string, value?: string): Promise<readonly StoredVolume[]> {
    const filters = {label: [value === undefined ? label : `${label}=${value}`]}
    const {Volumes: found} = await telling('looking for volumes', this.#docker.listVolumes({filters}))
    return (found ?? []).map(({Name: name, Labels: labels}) => ({name, labels: labels ?? {}}))
  }

  async create(name: string, labels: Readonly<Record<string, string>>): Promise<void> {
    await telling(`creating volume ${name}`, this.#docker.createVolume({Name: name, Labels: {...labels}}))
  }

  async remove(name: string): Promise<boolean> {
    try {
      await this.#docker.getVolume(name).remove()
      return true
    } catch (error) {
      if (isNotFound(error)) return true
      if (isConflict(error)) return false
      throw toLabError(error, `removing volume ${name}`)
    }
  }

  seeds(): Promise<readonly StoredSeed[]> {
    return telling('looking for seeds', storedSeeds(this.#docker))
  }

  removeSeeds({all}: {readonly all: boolean}): Promise<readonly string[]> {
    return telling('removing seeds', removeSeeds(this.#docker, {all}))
  }

  open({volumes, freezes, ...options}: VolumeHelperOptions): Promise<Helper> {
    const container = {
      User: '0:0',
      HostConfig: {
        Mounts: volumes.map(mount),
        CapAdd: [...FILES, ...(freezes ? ['KILL'] : [])],
        ...(freezes && {PidMode: 'host'}),
      },
    }
    return telling(
      'starting the helper container',
      HelperSession.open(this.#docker, {...options, network: 'none', container}),
    )
  }

  async *read(options: VolumeArchive): AsyncGenerator<Buffer> {
    const {signal, path} = options
    const container = await telling('reading a volume', createHelper(this.#docker, options, bodyOf(options, true)))
    try {
      const archive = (await container.getArchive({path: posix.join(AT, path)})) as Readable
      const stop = () => void archive.destroy(signal.reason as Error)
      signal.addEventListener('abort', stop, {once: true})
      try {
        yield* archive as AsyncIterable<Buffer>
      } finally {
        signal.removeEventListener('abort', stop)
      }
    } catch (error) {
      throw signal.aborted ? error : toLabError(error, 'reading a volume')
    } finally {
      await container.remove({force: true, v: true}).catch(() => undefined)
    }
  }

  async write(archive: Readable, options: VolumeArchive): Promise<void> {
    const {path, signal: abortSignal} = options
    const writing = withHelper(this.#docker, options, bodyOf(options, false), async made => {
      await made.putArchive(archive, {path: posix.join(AT, path), abortSignal})
    })
    await telling('writing a volume', writing)
  }
}
