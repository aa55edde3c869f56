import type {LabContext} from '../context.js'
import {ImageSource, pullProduct} from './image-source.js'
import type {ImageOrigin} from './lab-images.js'
import {neededImages} from './needed-images.js'
import type {LabRequest} from '../resolve/resolve-lab.js'

export interface ImagePullOptions extends LabRequest {
  /** Also what the engine has: its tag may mean a newer one by now. */
  readonly force: boolean
  readonly confirm?: (question: string) => Promise<boolean>
}

export interface ImagePullResult {
  readonly lab: string
  readonly release: string
  readonly releaseReason: string
  readonly pulled: readonly string[]
  /** Were on the engine. */
  readonly here: readonly string[]
  /** Have no registry: `up` builds them. */
  readonly built: readonly string[]
}

const isPullable = (origin: ImageOrigin) => origin === 'pull' || origin === 'pull-or-build'

/** Pulls what the lab needs and the engine lacks. */
export async function imagePull(
  {force, confirm, ...options}: ImagePullOptions,
  context: LabContext,
): Promise<ImagePullResult> {
  const {lab, release, releaseReason, engine, images, facts} = await neededImages(options, context)
  context.reporter.begin(`Lab ${lab}: images of release ${release.name} (${releaseReason})`)
  const source = new ImageSource(engine, context, {offline: false, ...(confirm && {confirm})})
  const pullable = images.filter(({origin}) => isPullable(origin))
  const wanted = pullable.filter(({name}) => force || !facts.has(name)).map(({name}) => name)
  await pullProduct(wanted, release, new Map(images.map(({name, platform}) => [name, platform])), source)
  return {
    lab,
    release: release.name,
    releaseReason,
    pulled: wanted,
    here: pullable.map(({name}) => name).filter(name => !wanted.includes(name)),
    built: images.filter(({origin}) => !isPullable(origin)).map(({name}) => name),
  }
}
