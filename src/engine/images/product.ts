import {createHash} from 'node:crypto'
import type Docker from 'dockerode'
import {LabError} from '../../errors.js'
import {folderName, USER_HOME, type DistributionSpec, type RuntimeSpec} from '../../model/distribution.js'
import type {TreeEntry} from '../../model/file-tree.js'
import {renderer, type Templates} from '../../render/templates.js'
import {buildImage, notThere} from './build.js'
import {ensureBase, type BaseOptions} from './ensure-base.js'
import {imageId, inspectImage, removeUnused} from './image-id.js'
import type {JdkChoice} from '../../model/jdk.js'
import {baseImage} from '../../model/local-images.js'
import {SOURCE_HASH, type Recipe} from './recipe.js'

/** Files with what they are, as a hash. */
export interface DigestedTree {
  readonly entries: readonly TreeEntry[]
  readonly digest: string
}

export interface ProductImageOptions extends BaseOptions {
  readonly tag: string
  readonly templates: Templates
  readonly spec: DistributionSpec
  readonly runtime: RuntimeSpec
  readonly ports: readonly number[]
  /** What goes into the home. */
  readonly product: DigestedTree
  readonly labels: Readonly<Record<string, string>>
  /** A JDK of the user's. */
  readonly jdk?: DigestedTree
  /** An image that is on the engine, with a JDK unless the user has one; without it, our own base. */
  readonly base?: {readonly name: string; readonly id: string}
  /** The JDKs to take from the distribution's packages where there is no base, the first that can be had. */
  readonly choices: readonly JdkChoice[]
}

export interface ProductImage {
  readonly id: string
  /** False where the engine had it, made from the same sources. */
  readonly built: boolean
}

const PROGRAM = 0o755
const FILE = 0o644

/** What a product's image is built from. */
export function productRecipe(
  {tag, templates, spec, runtime, ports, product, labels, jdk, base}: ProductImageOptions,
  choice: JdkChoice | undefined,
  mirror?: string,
): Recipe {
  const render = renderer(templates)
  const entrypoint = render('images/product/docker-entrypoint.sh', {
    refilled: spec.refilled,
    profile_setup: runtime.profileSetup ?? '',
    start: runtime.start,
  })
  const dockerfile = render('images/product/Dockerfile', {
    base: base?.name ?? baseImage(choice!.suite),
    suite: base || jdk ? '' : choice!.suite,
    java: choice?.java ?? '',
    jdk: jdk !== undefined,
    ...spec.user,
    user_home: USER_HOME,
    home: `${USER_HOME}/${folderName(spec)}`,
    refilled: spec.refilled,
    ports,
  })
  const hash = createHash('sha256')
  for (const part of [dockerfile, entrypoint, product.digest, jdk?.digest, base?.id]) hash.update(`${part ?? ''}\0`)
  return {
    tag,
    files: new Map([
      ['Dockerfile', {content: Buffer.from(dockerfile), mode: FILE}],
      ['docker-entrypoint.sh', {content: Buffer.from(entrypoint), mode: PROGRAM}],
    ]),
    trees: [{folder: 'product', entries: product.entries}, ...(jdk ? [{folder: 'jdk', entries: jdk.entries}] : [])],
    labels: {...labels, [SOURCE_HASH]: hash.digest('hex')},
    buildArgs: mirror === undefined ? {} : {MIRROR: mirror},
  }
}

/** Our own base for the first JDK whose suite the mirror has. Throws `image-unavailable` where it has none of them. */
async function firstBase(docker: Docker, options: ProductImageOptions) {
  const {choices, tag, spec} = options
  let last: unknown
  for (const suite of new Set(choices.map(choice => choice.suite)))
    try {
      const mirror = await ensureBase(docker, suite, tag, options)
      return {choice: choices.find(choice => choice.suite === suite)!, mirror}
    } catch (error) {
      options.signal.throwIfAborted()
      last = error
    }
  const suites = [...new Set(choices.map(({suite}) => suite))].join(', ')
  throw new LabError(
    'image-unavailable',
    `${tag} needs Java ${spec.java.min} to ${spec.java.max}, and it can't be had: no registry answers, and ${suites === '' ? 'no suite of Debian has it' : `no base of Debian's ${suites} could be made`}.`,
    {
      evidence: last instanceof LabError ? [last.message, ...last.evidence] : [],
      next: [
        'apim-lab images build --from ZIP --jdk FOLDER (of a JDK of yours)',
        'apim-lab images build --from ZIP --base IMAGE (with a JDK, on this engine)',
      ],
      cause: last,
    },
  )
}

/** Builds an image of a product's runtime, unless the engine has it made from the same sources. */
export async function ensureProductImage(docker: Docker, options: ProductImageOptions): Promise<ProductImage> {
  const {tag, base, choices, onProgress, signal} = options
  const old = await inspectImage(docker, tag)
  const hash = old?.Config.Labels?.[SOURCE_HASH]
  const same = (choice?: JdkChoice) => productRecipe(options, choice).labels[SOURCE_HASH] === hash
  if (old && (base ? same() : choices.some(same))) return {id: old.Id, built: false}
  signal.throwIfAborted()
  const found = base ? undefined : await firstBase(docker, options)
  await buildImage(docker, productRecipe(options, found?.choice, found?.mirror), {onProgress, signal})
  const id = await imageId(docker, tag)
  if (id === undefined) throw notThere(tag)
  if (old && old.Id !== id) await removeUnused(docker, old.Id)
  return {id, built: true}
}
