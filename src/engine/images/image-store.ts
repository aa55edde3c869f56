import type Docker from 'dockerode'
import type {Readable} from 'node:stream'
import {telling, toLabError} from '../engine-errors.js'
import type {HelperOwner} from '../helper-container.js'
import type {BuiltImage} from '../../model/built-images.js'
import {builtImages} from './built.js'
import {imageFacts, type ImageFacts} from './facts.js'
import {loadImages} from './load.js'
import {pullImage, type PullOptions} from './pull.js'
import {askRegistry, type RegistryAnswer} from './registry.js'
import type {RegistryLogins} from './registry-login.js'
import {savedImages} from './save.js'
import {canRun} from './trial.js'

export type {ImageFacts, RegistryAnswer}

/** The engine's images: what it has, and the ways to more of them. */
export class ImageStore {
  readonly #docker: Docker
  readonly #logins: RegistryLogins

  constructor(docker: Docker, logins: RegistryLogins) {
    this.#docker = docker
    this.#logins = logins
  }

  /** What the engine knows of those of these images that it has. */
  async facts(names: readonly string[]): Promise<ReadonlyMap<string, ImageFacts>> {
    const asked = names.map(async name => [name, await imageFacts(this.#docker, name)] as const)
    const found = await telling('looking for images', Promise.all(asked))
    return new Map(found.flatMap(([name, facts]) => (facts ? [[name, facts] as const] : [])))
  }

  /** Those that were built from a product's distribution. */
  built(): Promise<readonly BuiltImage[]> {
    return telling('looking for images', builtImages(this.#docker))
  }

  /** What the image's registry says within a time; asked with the login that docker has for it. */
  async ask(image: string, timeoutMs: number, signal: AbortSignal): Promise<RegistryAnswer> {
    return askRegistry(this.#docker, image, timeoutMs, signal, await this.#logins.of(image))
  }

  /** Pulls with the login that docker has for the registry. */
  async pull(image: string, options: PullOptions & {readonly onWarning?: (text: string) => void}): Promise<void> {
    const login = await this.#logins.of(image, options.onWarning)
    return telling(`pulling ${image}`, pullImage(this.#docker, image, {...options, login}))
  }

  /** The archive of these images. */
  async *save(names: readonly string[], signal: AbortSignal): AsyncGenerator<Buffer> {
    try {
      yield* savedImages(this.#docker, names, signal)
    } catch (error) {
      throw signal.aborted ? error : toLabError(error, 'saving images')
    }
  }

  load(archive: Readable, signal: AbortSignal): Promise<void> {
    return telling('loading images', loadImages(this.#docker, archive, signal))
  }

  /** Whether this machine can run programs of an image that was made for another one; undefined where nobody can tell. */
  canRun(image: string, owner: HelperOwner): Promise<boolean | undefined> {
    return telling(`trying ${image}`, canRun(this.#docker, image, owner))
  }
}
