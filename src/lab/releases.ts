import {LabError} from '../errors.js'
import type {BuiltImage} from '../model/built-images.js'
import type {LabContext} from './context.js'

export type ImagePresence = 'here' | 'missing' | 'unknown'

export interface ReleaseSummary {
  readonly name: string
  readonly title: string
  readonly builtIn: boolean
  /** On this machine's engine; unknown when none answers. */
  readonly images: readonly {readonly image: string; readonly presence: ImagePresence}[]
  /** Built here from the product's distributions, newest first; those that stand for its images. */
  readonly built: readonly BuiltHere[]
  /** YYYY-MM-DD; null: unknown, or none of WSO2's. */
  readonly released: string | null
  /** Unknown for all: no list of the dates was at hand. */
  readonly endOfLife: null
  /** What we never did with it. */
  readonly unconfirmed: string | null
}

/** An image that was built from a distribution. */
export type BuiltHere = Pick<BuiltImage, 'name' | 'distribution' | 'updateLevel' | 'sha256'>

/** Every release, and which of its images this machine has. Works without an engine. */
export async function releases(context: Pick<LabContext, 'releases' | 'engine'>): Promise<readonly ReleaseSummary[]> {
  const all = context.releases.map(release => ({
    release,
    images: [...new Set(release.components.map(({image}) => image))],
  }))
  const {here, built} = await onEngine([...new Set(all.flatMap(({images}) => images))], context)
  return all.map(({release: {name, title, builtIn, released, unconfirmed}, images}) => ({
    name,
    title,
    builtIn,
    images: images.map(image => ({image, presence: here ? (here.has(image) ? 'here' : 'missing') : 'unknown'})),
    built: built
      .filter(({standsFor}) => images.includes(standsFor))
      .map(({name: image, distribution, updateLevel, sha256}) => ({name: image, distribution, updateLevel, sha256})),
    released: released ?? null,
    endOfLife: null,
    unconfirmed: unconfirmed ?? null,
  }))
}

interface OnEngine {
  /** Undefined where no engine answers. */
  readonly here: ReadonlyMap<string, string> | undefined
  readonly built: readonly BuiltImage[]
}

async function onEngine(names: readonly string[], context: Pick<LabContext, 'engine'>): Promise<OnEngine> {
  try {
    const engine = await context.engine()
    const [here, built] = await Promise.all([engine.images.ids(names), engine.images.built()])
    return {here, built: built.toSorted((a, b) => b.created - a.created)}
  } catch (error) {
    if (error instanceof LabError) return {here: undefined, built: []}
    throw error
  }
}
