import {join} from 'node:path'
import {readAptSources} from '../disk/apt-mirror.js'
import {readText, readImageFiles} from '../disk/image-files.js'
import {readTemplates} from '../disk/templates.js'
import {LabError} from '../errors.js'
import type {Engine} from '../engine/engine.js'
import {BASE_IMAGE, localTag, type LocalImage} from '../engine/images/recipe.js'
import {buildTopology} from '../model/build-topology.js'
import {imageOf} from '../model/product-image.js'
import type {Release} from '../model/release.js'
import type {ResolvedSettings, SettingSource} from '../model/resolve-settings.js'
import type {LabSettings} from '../model/settings.js'
import type {LabContext} from './context.js'

export interface ImageOptions {
  readonly offline: boolean
  /** Asked before more than 1 GB is pulled; absent: go on. */
  readonly confirm?: (question: string) => Promise<boolean>
}

/** The helper runs in the built-in release's image: it needs a Node and nothing of the release. */
export const helperImage = (version: string): string => localTag('mini', version)

const NODE_IMAGE = 'node:20-slim'
const REGISTRY_MS = 3000
const GIGABYTE_IN_MB = 1000

/** How the images of one run are had: asks the registry once at most. */
class ImageSource {
  #registry: Promise<boolean> | undefined
  #templates: ReturnType<typeof readTemplates> | undefined

  constructor(
    readonly engine: Engine,
    readonly context: LabContext,
    readonly options: ImageOptions,
  ) {}

  async has(image: string): Promise<boolean> {
    return (await this.engine.imageIds([image])).has(image)
  }

  canPull(image: string): Promise<boolean> {
    if (this.options.offline) return Promise.resolve(false)
    return (this.#registry ??= this.engine.registryAnswers(image, REGISTRY_MS, this.context.signal))
  }

  #progress(subject: string) {
    return (text: string) => this.context.reporter.on({subject, state: 'working', text})
  }

  async pull(image: string, platform?: string): Promise<void> {
    await this.engine.pull(image, {
      ...(platform && {platform}),
      onProgress: this.#progress(image),
      signal: this.context.signal,
    })
    this.context.reporter.on({subject: image, state: 'done', text: 'pulled'})
  }

  /** Builds one of our images from the distribution's packages, unless the engine has it as it is now. Returns its tag. */
  async build(image: LocalImage, base?: string): Promise<string> {
    const {templates, programs, version, signal, reporter} = this.context
    const folder = join(templates, 'images', image)
    const built =
      image === 'mini'
        ? {'mini.mjs': join(programs, 'mini/main.js'), 'helper.mjs': join(programs, 'helper/main.js')}
        : {}
    const tag = localTag(image, version)
    let worked = false
    await this.engine.ensureLocalImage(image, {
      version,
      templates: await (this.#templates ??= readTemplates(templates)),
      files: await readImageFiles(folder, built),
      ...(base !== undefined && {base}),
      baseScript: await readText(join(templates, 'images/base/build.sh')),
      readAptSources,
      onProgress: text => {
        worked = true
        this.#progress(tag)(text)
      },
      signal,
    })
    if (worked) reporter.on({subject: tag, state: 'done', text: 'built'})
    return tag
  }

  /** An image of ours, or an official one with the same contract: the engine's own, a pull, a local build, in this order. */
  async either(image: LocalImage, name: string, source: SettingSource | undefined): Promise<string> {
    if (name.startsWith(localTag(image, ''))) return this.build(image)
    if (await this.has(name)) return name
    if (await this.canPull(name)) {
      await this.pull(name)
      return name
    }
    // One that was named, or that the data was made with, is never replaced by another.
    if (source !== 'default') throw unavailable(name, this.options.offline)
    return this.build(image)
  }

  async nodeBase(): Promise<string> {
    if (await this.has(NODE_IMAGE)) return NODE_IMAGE
    if ((await this.has(BASE_IMAGE)) || !(await this.canPull(NODE_IMAGE))) return BASE_IMAGE
    await this.pull(NODE_IMAGE)
    return NODE_IMAGE
  }
}

const unavailable = (image: string, offline: boolean) =>
  new LabError(
    'image-unavailable',
    `The image ${image} is not on this engine and ${offline ? '--offline forbids to pull it' : 'no registry answers'}.`,
    {
      next: [
        ...(offline ? ['apim-lab up (without --offline)'] : [`docker pull ${image}`]),
        'docker load --input images.tar',
        'apim-lab up --release mini',
      ],
    },
  )

async function productImages(release: Release, settings: LabSettings, source: ImageSource): Promise<void> {
  // A component without nodes needs no image, except for the schema scripts that it has.
  const used = new Set([
    ...buildTopology(settings, release).nodes.map(({component}) => component),
    ...release.databases.map(({scriptOf}) => scriptOf),
  ])
  const specs = release.components.filter(({name}) => used.has(name))
  const platforms = new Map(specs.map(spec => [imageOf(spec, release, settings), spec.platform] as const))
  const missing: string[] = []
  for (const image of platforms.keys()) if (!(await source.has(image))) missing.push(image)
  const [first] = missing
  if (first === undefined) return
  if (!(await source.canPull(first))) throw unavailable(first, source.options.offline)
  const {pullMb = 0} = release
  const ask = source.options.confirm
  if (
    pullMb > GIGABYTE_IN_MB &&
    ask &&
    !(await ask(`Pull ${missing.join(', ')}, about ${(pullMb / GIGABYTE_IN_MB).toFixed(1)} GB?`))
  )
    throw new LabError('aborted', 'Nothing was pulled.', {next: ['apim-lab up --yes', 'apim-lab up --release mini']})
  for (const image of missing) await source.pull(image, platforms.get(image))
}

/** Makes sure that the engine has every image of the lab. Returns the settings with the names that are really used. */
export async function ensureImages(
  {settings, sources}: ResolvedSettings,
  release: Release,
  engine: Engine,
  context: LabContext,
  options: ImageOptions,
): Promise<LabSettings> {
  const source = new ImageSource(engine, context, options)
  // First, since it makes the base of the others; the helper needs it whatever the release.
  await source.build('mini', await source.nodeBase())
  const [mysqlImage, loadBalancerImage] = await Promise.all([
    source.either('mysql', settings.mysqlImage, sources['mysqlImage']),
    source.either('load-balancer', settings.loadBalancerImage, sources['loadBalancerImage']),
    release.builtIn ? undefined : productImages(release, settings, source),
  ])
  return {...settings, mysqlImage, loadBalancerImage}
}
