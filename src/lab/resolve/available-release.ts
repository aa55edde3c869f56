import type {Engine} from '../../engine/engine.js'
import {builtInOf, DEFAULT_RELEASE, findRelease} from '../../model/releases/index.js'
import type {Release} from '../../model/release.js'

export interface ReleaseChoice {
  readonly release: Release
  readonly reason: string
}

const REGISTRY_MS = 3000

const imagesOf = ({components}: Release): readonly string[] => [...new Set(components.map(({image}) => image))]

/**
 * The release where nothing names one: the newest of WSO2's whose images are all here, else the default one where a registry has its images,
 * else the built-in one. `releases` are newest first.
 */
export async function availableRelease(
  engine: Pick<Engine, 'images'>,
  {
    releases,
    offline,
    signal,
  }: {readonly releases: readonly Release[]; readonly offline: boolean; readonly signal: AbortSignal},
): Promise<ReleaseChoice> {
  const builtIn = builtInOf(releases)
  const products = releases.filter(release => !release.builtIn)
  const here = await engine.images.ids([...new Set(products.flatMap(imagesOf))])
  const newest = products.find(release => imagesOf(release).every(image => here.has(image)))
  if (newest) return {release: newest, reason: 'all its images are on this engine'}
  const product = findRelease(DEFAULT_RELEASE, releases)
  if (offline) return {release: builtIn, reason: "--offline, and WSO2's images are not on this engine"}
  return (await engine.images.ask(imagesOf(product)[0]!, REGISTRY_MS, signal)) === 'has'
    ? {release: product, reason: 'the registry answers'}
    : {
        release: builtIn,
        reason: `WSO2's images are not on this engine and the registry did not answer within ${REGISTRY_MS / 1000} s`,
      }
}
