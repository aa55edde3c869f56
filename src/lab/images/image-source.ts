import {join} from 'node:path'
import {readAptSources} from '../../disk/apt-mirror.js'
import {readText, readImageFiles} from '../../disk/image-files.js'
import {readTemplates} from '../../disk/templates.js'
import {LabError} from '../../errors.js'
import type {Engine} from '../../engine/engine.js'
import type {LocalImageOptions, LocalImageState, RegistryAnswer} from '../../engine/engine-images.js'
import {BASE_IMAGE, HELPER_IMAGE, localImageSpec, localTag, type LocalImage} from '../../model/local-images.js'
import type {Preparation} from '../../plan/preparations.js'
import {registryOf} from '../../model/image-name.js'
import type {Release} from '../../model/release.js'
import type {SettingSource} from '../../model/resolve-settings.js'
import type {LabSettings} from '../../model/settings.js'
import type {Topology} from '../../model/topology.js'
import type {LabContext} from '../context.js'
import {checkBuilt} from './distribution/named.js'
import {isBuilt, isOwn, productPlatforms} from './lab-images.js'
import type {ResolvedLab} from '../resolve/resolve-lab.js'

export interface ImageOptions {
  readonly offline: boolean
  /** Asked before more than 1 GB is pulled; absent: go on. */
  readonly confirm?: (question: string) => Promise<boolean>
}

export const helperImage = (version: string): string => localTag(HELPER_IMAGE, version)

const NODE_IMAGE = 'node:20-slim'
const REGISTRY_MS = 3000
export const GIGABYTE_IN_MB = 1000

/** Whoever builds on one of these makes the same image for us: which of them was there then does not matter now. */
const NODE_BASES = [NODE_IMAGE, BASE_IMAGE] as const

/** How the images of one run are had: asks each registry once at most. */
export class ImageSource {
  readonly #registries = new Map<string, Promise<RegistryAnswer>>()
  #templates: ReturnType<typeof readTemplates> | undefined

  constructor(
    readonly engine: Engine,
    readonly context: LabContext,
    readonly options: ImageOptions,
  ) {}

  /** What is still to be pulled or built: nothing, since this source does it at once. */
  get steps(): readonly Preparation[] {
    return []
  }

  /** Names of images that are still to be had, each with an id that no image has. */
  newIds(): readonly (readonly [string, string])[] {
    return this.steps.map(({subject}) => [subject, `the new ${subject}`] as const)
  }

  async has(image: string): Promise<boolean> {
    return (await this.engine.images.ids([image])).has(image)
  }

  tag(image: LocalImage): string {
    return localTag(image, this.context.version)
  }

  /** What the image's registry says, asked once for all of its images. */
  ask(image: string): Promise<RegistryAnswer> {
    if (this.options.offline) return Promise.resolve('none')
    const registry = registryOf(image)
    const known = this.#registries.get(registry)
    if (known) return known
    const answer = this.engine.images.ask(image, REGISTRY_MS, this.context.signal)
    this.#registries.set(registry, answer)
    return answer
  }

  async canPull(image: string): Promise<boolean> {
    return (await this.ask(image)) === 'has'
  }

  async pull(image: string, platform?: string): Promise<void> {
    const {reporter, signal} = this.context
    await this.engine.images.pull(image, {
      ...(platform && {platform}),
      onProgress: text => reporter.on({subject: image, state: 'working', text, figure: true}),
      onLayer: ({layer, text, done}) =>
        reporter.on({
          subject: image,
          part: layer,
          state: done ? 'done' : 'working',
          text,
          ...(!done && {figure: true}),
        }),
      onWarning: text => reporter.on({subject: image, state: 'warning', text}),
      signal,
    })
    reporter.on({subject: image, state: 'done', text: 'pulled'})
  }

  /** Builds one of our images from the distribution's packages, unless the engine has it as it is now. Returns its tag. */
  async build(image: LocalImage): Promise<string> {
    const {reporter} = this.context
    const tag = this.tag(image)
    let worked = false
    const options = await this.#buildOptions(image, text => {
      worked = true
      reporter.on({subject: tag, state: 'working', text})
    })
    await this.engine.images.ensureLocal(image, options)
    if (worked) reporter.on({subject: tag, state: 'done', text: 'built'})
    return tag
  }

  /** Whether the engine has one of our images as it is now. */
  protected async stateOf(image: LocalImage): Promise<LocalImageState> {
    return this.engine.images.localState(image, await this.#buildOptions(image, () => undefined))
  }

  async #buildOptions(image: LocalImage, onProgress: (text: string) => void): Promise<LocalImageOptions> {
    const {templates, programs, version, signal} = this.context
    const folder = join(templates, 'images', image)
    const spec = localImageSpec(image)
    const built = Object.fromEntries(Object.entries(spec.programs).map(([name, file]) => [name, join(programs, file)]))
    return {
      version,
      templates: await (this.#templates ??= readTemplates(templates)),
      files: await readImageFiles(folder, built),
      ...(spec.onNode && {base: () => this.nodeBase(), bases: NODE_BASES}),
      ...(spec.onHelper && {base: () => this.helper(), bases: [this.tag(HELPER_IMAGE)]}),
      baseScript: await readText(join(templates, 'images/base/build.sh')),
      readAptSources,
      onProgress,
      signal,
    }
  }

  /** An image of ours, or an official one with the same contract: the engine's own, a pull, a local build, in this order. */
  async either(image: LocalImage, name: string, source: SettingSource | undefined): Promise<string> {
    if (name.startsWith(localTag(image, ''))) return this.build(image)
    if (await this.has(name)) return name
    const answer = await this.ask(name)
    if (answer === 'has') {
      await this.pull(name)
      return name
    }
    // One that was named, or that the data was made with, is never replaced by another.
    if (source !== 'default') throw await this.missing(name)
    return this.build(image)
  }

  /** Why an image that is not on the engine can't be had. */
  async missing(image: string): Promise<unknown> {
    if (isBuilt(image)) return notBuilt(image)
    if ((await this.ask(image)) !== 'login-needed') return unavailable(image, this.options.offline)
    // The pull itself knows best what is refused.
    return this.pull(image).then(
      () => unavailable(image, this.options.offline),
      (error: unknown) => error,
    )
  }

  /** The image of helpers, built where the engine has none. */
  async helper(): Promise<string> {
    const tag = this.tag(HELPER_IMAGE)
    return (await this.has(tag)) ? tag : this.build(HELPER_IMAGE)
  }

  async nodeBase(): Promise<string> {
    if (await this.has(NODE_IMAGE)) return NODE_IMAGE
    if ((await this.has(BASE_IMAGE)) || !(await this.canPull(NODE_IMAGE))) return BASE_IMAGE
    await this.pull(NODE_IMAGE)
    return NODE_IMAGE
  }
}

const notBuilt = (image: string) =>
  new LabError(
    'image-unavailable',
    `The image ${image} is built from a zip of the product, and is not on this engine.`,
    {
      next: [
        'apim-lab images build --from ZIP',
        'apim-lab images load images.tar (where another machine saved them)',
        'apim-lab releases (tells which were built)',
      ],
    },
  )

const unavailable = (image: string, offline: boolean) =>
  new LabError(
    'image-unavailable',
    `The image ${image} is not on this engine and ${offline ? '--offline forbids to pull it' : 'no registry answers'}.`,
    {
      next: [
        ...(offline ? ['apim-lab up (without --offline)'] : [`docker pull ${image}`]),
        'apim-lab images load images.tar (where another machine saved them)',
        'apim-lab up --release mini',
      ],
    },
  )

async function productImages(topology: Topology, source: ImageSource): Promise<void> {
  const platforms = productPlatforms(topology)
  const missing: string[] = []
  // Also of the built-in release: a lab file may name other images than ours.
  for (const image of platforms.keys()) if (!isOwn(image) && !(await source.has(image))) missing.push(image)
  if (missing.length > 0) await pullProduct(missing, topology.release, platforms, source)
}

/** Pulls images of the release's components, after asking where they are large. */
export async function pullProduct(
  images: readonly string[],
  release: Release,
  platforms: ReadonlyMap<string, string | undefined>,
  source: ImageSource,
): Promise<void> {
  for (const image of images) if (isBuilt(image) || !(await source.canPull(image))) throw await source.missing(image)
  const {pullMb = 0} = release
  const ask = source.options.confirm
  if (
    pullMb > GIGABYTE_IN_MB &&
    ask &&
    !(await ask(`Pull ${images.join(', ')}, about ${(pullMb / GIGABYTE_IN_MB).toFixed(1)} GB?`))
  )
    throw new LabError('aborted', 'Nothing was pulled.', {next: ['apim-lab up --yes', 'apim-lab up --release mini']})
  for (const image of images) await source.pull(image, platforms.get(image))
}

/** Makes sure that the engine has every image of the lab, by way of the source. Returns the settings with the names that are really used. */
export async function ensureImages(
  {topology, sources}: Pick<ResolvedLab, 'topology' | 'sources'>,
  source: ImageSource,
): Promise<LabSettings> {
  const {settings, release, server} = topology
  // What can't be had is told before anything is built.
  checkBuilt(settings, release)
  await productImages(topology, source)
  // It makes the base of the others; the helper needs it whatever the release.
  await source.build(HELPER_IMAGE)
  const image = server.settings.image
  const [databaseImage, loadBalancerImage] = await Promise.all([
    source.either(server.name, settings[image], sources[image]),
    source.either('load-balancer', settings.loadBalancerImage, sources['loadBalancerImage']),
  ])
  return {...settings, [image]: databaseImage, loadBalancerImage}
}
