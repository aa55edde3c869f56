import type {Readable} from 'node:stream'
import type {BuiltImage} from '../model/built-images.js'
import type {LocalImage} from '../model/local-images.js'
import type {FoundFile} from './archive.js'
import type {ImageFacts} from './images/facts.js'
import type {LocalImageOptions, LocalImageState} from './images/local.js'
import type {LookOptions} from './images/look-into.js'
import type {DigestedTree, ProductImage, ProductImageOptions} from './images/product.js'
import type {PullOptions} from './images/pull.js'
import type {RegistryAnswer} from './images/registry.js'

export type {DigestedTree, ImageFacts, LocalImageOptions, LocalImageState, ProductImageOptions, RegistryAnswer}

/** An engine's images: what it has, and the ways to more of them. */
export interface EngineImages {
  /** Ids of those of these images that the engine has. */
  ids(names: readonly string[]): Promise<ReadonlyMap<string, string>>
  /** What the engine knows of those of these images that it has. */
  facts(names: readonly string[]): Promise<ReadonlyMap<string, ImageFacts>>
  /** Those that were built from a product's distribution. */
  built(): Promise<readonly BuiltImage[]>
  /** What the image's registry says within a time; asked with the login that docker has for it. */
  ask(image: string, timeoutMs: number, signal: AbortSignal): Promise<RegistryAnswer>
  /** Pulls with the login that docker has for the registry. */
  pull(image: string, options: PullOptions & {readonly onWarning?: (text: string) => void}): Promise<void>
  /** The archive of these images. */
  save(names: readonly string[], signal: AbortSignal): AsyncGenerator<Buffer>
  load(archive: Readable, signal: AbortSignal): Promise<void>
  /** Whether this machine can run programs of an image that was made for another one; undefined where nobody can tell. */
  canRun(image: string, lab: {readonly lab: string; readonly folder: string}): Promise<boolean | undefined>
  /** Builds one of our own images unless the engine has it as it is now. Returns its id. */
  ensureLocal(image: LocalImage, options: LocalImageOptions): Promise<string>
  /** What this engine has of one of our images. */
  localState(image: LocalImage, options: LocalImageOptions): Promise<LocalImageState>
  /** Builds an image of a product's runtime unless the engine has it as it is now. */
  ensureProduct(options: ProductImageOptions): Promise<ProductImage>
  /** The files at or below some paths of an image; none where there is no such path. */
  lookInto(image: string, paths: readonly string[], options: LookOptions): Promise<readonly FoundFile[]>
}
