import {jdkChoices, jdkImage} from '../../../model/jdk.js'
import type {ProductImageOptions} from '../../../engine/engine-images.js'
import {baseImage, SUITE} from '../../../model/local-images.js'
import type {DistributionSpec} from '../../../model/distribution.js'
import type {ImageSource} from '../image-source.js'
import type {Jdk} from './jdk.js'

export type ProductBase = Pick<ProductImageOptions, 'base' | 'choices'>

async function onEngine({engine}: ImageSource, name: string): Promise<ProductBase | undefined> {
  const id = (await engine.images.ids([name])).get(name)
  return id === undefined ? undefined : {base: {name, id}, choices: []}
}

async function pulled(source: ImageSource, name: string): Promise<ProductBase> {
  await source.pull(name)
  return (await onEngine(source, name)) ?? {choices: []}
}

/**
 * What a product's image is built on: the image that was asked for; our own base for a JDK of the user's; else the newest JDK that fits, of
 * an official image that is here or can be pulled, or from the distribution's packages.
 */
export async function productBase(
  {java}: Pick<DistributionSpec, 'java'>,
  {base, jdk}: {readonly base?: string | undefined; readonly jdk?: Jdk | undefined},
  source: ImageSource,
): Promise<ProductBase> {
  if (base !== undefined) {
    const here = await onEngine(source, base)
    if (here) return here
    if (!(await source.canPull(base))) throw await source.missing(base)
    return pulled(source, base)
  }
  if (jdk) return {choices: [{java: jdk.java ?? 0, suite: SUITE}]}
  const choices = jdkChoices(java)
  const [newest] = choices
  if (!newest) return {choices}
  const official = jdkImage(newest.java)
  const here = await onEngine(source, official)
  if (here) return here
  // A registry is asked only for what is not here in any form.
  if ((await source.has(baseImage(newest.suite))) || !(await source.canPull(official))) return {choices}
  return pulled(source, official)
}
