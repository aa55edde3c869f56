import type {Engine} from '../../engine/engine.js'
import {builtInOf, DEFAULT_RELEASE, findRelease} from '../../model/releases/index.js'
import type {Release} from '../../model/release.js'

export interface ReleaseChoice {
  readonly release: Release
  readonly reason: string
}

const REGISTRY_MS = 3000

/** The release where nothing names one: the default one where its images can be had, else the built-in one. */
export async function availableRelease(
  engine: Pick<Engine, 'images'>,
  {
    releases,
    offline,
    signal,
  }: {readonly releases: readonly Release[]; readonly offline: boolean; readonly signal: AbortSignal},
): Promise<ReleaseChoice> {
  const product = findRelease(DEFAULT_RELEASE, releases)
  const builtIn = builtInOf(releases)
  const images = [...new Set(product.components.map(({image}) => image))]
  const here = await engine.images.ids(images)
  if (images.every(image => here.has(image))) return {release: product, reason: 'all its images are on this engine'}
  if (offline) return {release: builtIn, reason: "--offline, and WSO2's images are not on this engine"}
  return (await engine.images.ask(images[0]!, REGISTRY_MS, signal)) === 'has'
    ? {release: product, reason: 'the registry answers'}
    : {
        release: builtIn,
        reason: `WSO2's images are not on this engine and the registry did not answer within ${REGISTRY_MS / 1000} s`,
      }
}
