import type Docker from 'dockerode'
import type {Readable} from 'node:stream'
import {telling, toLabError} from '../engine-errors.js'
import type {HelperOwner} from '../helper-container.js'
import type {EngineImages} from '../engine-images.js'
import type {BuiltImage} from '../../model/built-images.js'
import {builtImages} from './built.js'
import {imageFacts, type ImageFacts} from './facts.js'
import {imageId} from './image-id.js'
import {ensureLocalImage, localImageState, type LocalImageOptions, type LocalImageState} from './local.js'
import {lookInto, type FoundFile, type LookOptions} from './look-into.js'
import {ensureProductImage, type ProductImage, type ProductImageOptions} from './product.js'
import type {LocalImage} from '../../model/local-images.js'
import {loadImages} from './load.js'
import {pullImage, type PullOptions} from './pull.js'
import {askRegistry, type RegistryAnswer} from './registry.js'
import type {RegistryLogins} from './registry-login.js'
import {savedImages} from './save.js'
import {canRun} from './trial.js'

/** The images of a Docker engine. */
export class ImageStore implements EngineImages {
  readonly #docker: Docker
  readonly #logins: RegistryLogins

  constructor(docker: Docker, logins: RegistryLogins) {
    this.#docker = docker
    this.#logins = logins
  }

  async ids(names: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const asked = names.map(async name => [name, await imageId(this.#docker, name)] as const)
    const ids = await telling('looking for images', Promise.all(asked))
    return new Map(ids.flatMap(([name, id]) => (id === undefined ? [] : [[name, id] as const])))
  }

  async facts(names: readonly string[]): Promise<ReadonlyMap<string, ImageFacts>> {
    const asked = names.map(async name => [name, await imageFacts(this.#docker, name)] as const)
    const found = await telling('looking for images', Promise.all(asked))
    return new Map(found.flatMap(([name, facts]) => (facts ? [[name, facts] as const] : [])))
  }

  built(): Promise<readonly BuiltImage[]> {
    return telling('looking for images', builtImages(this.#docker))
  }

  async ask(image: string, timeoutMs: number, signal: AbortSignal): Promise<RegistryAnswer> {
    return askRegistry(this.#docker, image, {timeoutMs, signal, login: await this.#logins.of(image)})
  }

  async pull(image: string, options: PullOptions & {readonly onWarning?: (text: string) => void}): Promise<void> {
    const login = await this.#logins.of(image, options.onWarning)
    return telling(`pulling ${image}`, pullImage(this.#docker, image, {...options, login}))
  }

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

  canRun(image: string, owner: HelperOwner): Promise<boolean | undefined> {
    return telling(`trying ${image}`, canRun(this.#docker, image, owner))
  }

  ensureLocal(image: LocalImage, options: LocalImageOptions): Promise<string> {
    return telling(`making the image of ${image}`, ensureLocalImage(this.#docker, image, options))
  }

  localState(image: LocalImage, options: LocalImageOptions): Promise<LocalImageState> {
    return telling(`looking for the image of ${image}`, localImageState(this.#docker, image, options))
  }

  ensureProduct(options: ProductImageOptions): Promise<ProductImage> {
    return telling(`making the image ${options.tag}`, ensureProductImage(this.#docker, options))
  }

  lookInto(image: string, paths: readonly string[], options: LookOptions): Promise<readonly FoundFile[]> {
    return telling(`looking into ${image}`, lookInto(this.#docker, image, paths, options))
  }
}
