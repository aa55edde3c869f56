import {join, resolve} from 'node:path'
import {readAptSources} from '../../../disk/apt-mirror.js'
import {freeBytes, isFolder} from '../../../disk/folder-facts.js'
import {readText} from '../../../disk/image-files.js'
import {readTemplates} from '../../../disk/templates.js'
import {LabError} from '../../../errors.js'
import type {Engine} from '../../../engine/engine.js'
import {MAKE_ROOM} from '../../../model/disk-full.js'
import {builtImageName, folderName, type RuntimeSpec} from '../../../model/distribution.js'
import {IMAGE_LABELS} from '../../../model/labels.js'
import {findRelease} from '../../../model/releases/index.js'
import type {Release} from '../../../model/release.js'
import type {LabContext} from '../../context.js'
import {ImageSource} from '../image-source.js'
import {productBase} from './base.js'
import {checkDistribution, type CheckedDistribution} from './check.js'
import {readJdk, type Jdk} from './jdk.js'

export interface ProductBuildOptions {
  /** A zip or a folder. */
  readonly from: string
  /** Without it, the one that the distribution is of. */
  readonly release?: string
  /** A folder with a JDK, in place of the distribution's. */
  readonly jdk?: string
  /** An image to build on. */
  readonly base?: string
  readonly offline: boolean
  readonly workingDirectory: string
}

export interface ProductBuildResult {
  readonly release: string
  readonly distribution: string
  readonly updateLevel: string
  readonly sha256: string
  readonly images: readonly {
    readonly name: string
    readonly id: string
    readonly built: boolean
    /** The release's image that it stands for. */
    readonly standsFor: string
  }[]
}

const MAVEN = 'maven'

const noMaven = () =>
  new LabError(
    'usage-invalid',
    "The product's distributions are not on Maven Central: none of org.wso2.am's zips is there, of no version that this command knows.",
    {
      next: [
        'apim-lab images build --release 3.2.0 --from wso2am-3.2.0.zip (from WSO2, of the update level that you need)',
        'apim-lab images build --from ./maven (where a folder is called so)',
      ],
    },
  )

const GIGABYTE = 1024 ** 3
/** A base with a JDK, and some air. */
const BASE_BYTES = GIGABYTE
/** The engine keeps the context while it makes a layer of it. */
const COPIES = 2

/** Throws `disk-short` where the engine keeps its images on a disk of this machine that can't hold another one. */
async function checkDisk({unpackedBytes}: CheckedDistribution, engine: Engine): Promise<void> {
  const {dataFolder} = await engine.info()
  if (dataFolder === '' || !(await isFolder(dataFolder))) return
  const [free, needed] = [await freeBytes(dataFolder), unpackedBytes * COPIES + BASE_BYTES]
  if (free >= needed) return
  const told = (bytes: number) => `${(bytes / GIGABYTE).toFixed(1)} GB`
  throw new LabError('disk-short', `${told(free)} are free at ${dataFolder}, and the build needs ${told(needed)}.`, {
    next: MAKE_ROOM,
  })
}

const portsOf = ({components}: Release, {image}: RuntimeSpec) =>
  [
    ...new Set(components.filter(spec => spec.image === image).flatMap(({ports}) => ports.map(({port}) => port))),
  ].toSorted((a, b) => a - b)

function warnOfJdk(jdk: Jdk | undefined, {spec: {java}}: CheckedDistribution, warn: (text: string) => void): void {
  if (!jdk || (jdk.java !== undefined && jdk.java >= java.min && jdk.java <= java.max)) return
  warn(
    `the JDK is Java ${jdk.java ?? 'of an unknown version'}, and its start scripts accept ${java.min} to ${java.max}`,
  )
}

async function buildAll(
  distribution: CheckedDistribution,
  {base, jdk, offline}: {readonly base?: string | undefined; readonly jdk?: Jdk | undefined; readonly offline: boolean},
  engine: Engine,
  context: LabContext,
): Promise<ProductBuildResult> {
  const {release, spec, updateLevel, sha256, entries} = distribution
  const {templates, reporter, signal} = context
  const on = await productBase(spec, {base, jdk}, new ImageSource(engine, context, {offline}))
  const common = {
    ...on,
    templates: await readTemplates(templates),
    spec,
    product: {entries, digest: sha256},
    ...(jdk && {jdk}),
    baseScript: await readText(join(templates, 'images/base/build.sh')),
    readAptSources,
    signal,
  }
  const images: ProductBuildResult['images'][number][] = []
  for (const runtime of spec.runtimes) {
    const name = builtImageName(spec, runtime, {updateLevel, sha256})
    const made = await engine.images.ensureProduct({
      ...common,
      tag: name,
      runtime,
      ports: portsOf(release, runtime),
      labels: {
        [IMAGE_LABELS.distribution]: folderName(spec),
        [IMAGE_LABELS.standsFor]: runtime.image,
        [IMAGE_LABELS.updateLevel]: updateLevel,
        [IMAGE_LABELS.sha256]: sha256,
      },
      onProgress: text => reporter.on({subject: name, state: 'working', text}),
    })
    if (made.built) reporter.on({subject: name, state: 'done', text: 'built'})
    images.push({name, ...made, standsFor: runtime.image})
  }
  return {release: release.name, distribution: folderName(spec), updateLevel, sha256, images}
}

/**
 * Builds the images that a release's data describes from a zip or a folder of the product, which is read to its end and checked first.
 * Throws `distribution-invalid`, `disk-short`, `image-unavailable` where no JDK can be had.
 */
export async function productBuild(options: ProductBuildOptions, context: LabContext): Promise<ProductBuildResult> {
  const {from, workingDirectory, base, offline} = options
  if (from === MAVEN) throw noMaven()
  const {reporter, signal, releases} = context
  const release = options.release === undefined ? undefined : findRelease(options.release, releases)
  const path = resolve(workingDirectory, from)
  reporter.begin(`Building images from ${path}`)
  const jdk = options.jdk === undefined ? undefined : await readJdk(resolve(workingDirectory, options.jdk), signal)
  const distribution = await checkDistribution(path, release, context)
  try {
    warnOfJdk(jdk, distribution, text => reporter.on({subject: path, state: 'warning', text}))
    const engine = await context.engine()
    await checkDisk(distribution, engine)
    return await buildAll(distribution, {base, jdk, offline}, engine, context)
  } finally {
    distribution.close()
  }
}
