import {LabError} from '../../errors.js'
import {LOCAL_IMAGES, localImageSpec, type LocalImage} from '../../model/local-images.js'
import type {LabContext} from '../context.js'
import {ImageSource} from './image-source.js'

export interface ImageBuildOptions {
  /** All of ours where none is named. */
  readonly images: readonly string[]
  readonly offline: boolean
}

export interface ImageBuildResult {
  readonly images: readonly {readonly name: string; readonly id: string; readonly built: boolean}[]
}

const isLocal = (name: string): name is LocalImage => LOCAL_IMAGES.some(image => image === name)

/** Builds our own images, those that the engine does not have as they are now. */
export async function imageBuild({images, offline}: ImageBuildOptions, context: LabContext): Promise<ImageBuildResult> {
  const unknown = images.find(name => !isLocal(name))
  if (unknown !== undefined) throw notOurs(unknown)
  const wanted = LOCAL_IMAGES.filter(name =>
    images.length === 0 ? localImageSpec(name).onlyNamed !== true : images.includes(name),
  )
  const engine = await context.engine()
  context.reporter.begin(`Building ${wanted.join(', ')}`)
  const source = new ImageSource(engine, context, {offline})
  const before = new Set(
    [...(await engine.images.facts(wanted.map(name => source.tag(name)))).values()].map(({id}) => id),
  )
  const tags: string[] = []
  // One by one: the first makes the base of the others.
  for (const name of wanted) tags.push(await source.build(name))
  const facts = await engine.images.facts(tags)
  return {
    images: tags.flatMap(name => {
      const id = facts.get(name)?.id
      return id === undefined ? [] : [{name, id, built: !before.has(id)}]
    }),
  }
}

const notOurs = (name: string) =>
  new LabError(
    'usage-invalid',
    `${name} is not built here: only ${LOCAL_IMAGES.join(', ')} are. WSO2's images and the official ones are pulled, or loaded from a file.`,
    {
      next: [
        `apim-lab images build ${LOCAL_IMAGES.join(' ')}`,
        'apim-lab images pull',
        'apim-lab images load images.tar (where another machine saved them)',
      ],
    },
  )
