import {LabError} from '../errors.js'
import type {LabContext} from './context.js'

export type ImagePresence = 'here' | 'missing' | 'unknown'

export interface ReleaseSummary {
  readonly name: string
  readonly title: string
  readonly builtIn: boolean
  /** On this machine's engine; unknown when none answers. */
  readonly images: readonly {readonly image: string; readonly presence: ImagePresence}[]
  /** What we never did with it. */
  readonly unconfirmed: string | null
}

/** Every release, and which of its images this machine has. Works without an engine. */
export async function releases(context: Pick<LabContext, 'releases' | 'engine'>): Promise<readonly ReleaseSummary[]> {
  const all = context.releases.map(release => ({
    release,
    images: [...new Set(release.components.map(({image}) => image))],
  }))
  const here = await presentImages([...new Set(all.flatMap(({images}) => images))], context)
  return all.map(({release: {name, title, builtIn, unconfirmed}, images}) => ({
    name,
    title,
    builtIn,
    images: images.map(image => ({image, presence: here ? (here.has(image) ? 'here' : 'missing') : 'unknown'})),
    unconfirmed: unconfirmed ?? null,
  }))
}

async function presentImages(
  images: readonly string[],
  {engine}: Pick<LabContext, 'engine'>,
): Promise<ReadonlyMap<string, string> | undefined> {
  try {
    return await (await engine()).imageIds(images)
  } catch (error) {
    if (error instanceof LabError) return undefined
    throw error
  }
}
