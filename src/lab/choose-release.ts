import type {Engine} from '../engine/engine.js'
import {findRelease} from '../model/releases/index.js'
import type {Release} from '../model/release.js'

export interface ReleaseChoice {
  readonly release: Release
  readonly reason: string
}

export interface ReleaseWishes {
  readonly flag: string | undefined
  readonly labFile: string | undefined
  /** What this lab already has, in its folder or in the engine. */
  readonly kept: string | undefined
  readonly offline: boolean
}

const REGISTRY_MS = 3000

const productImages = ({components}: Release) => [...new Set(components.map(({image}) => image))]

/** Flag, lab file, what the lab has; else 3.2.0 where its images can be had; else the built-in one. One that was named is never replaced. */
export async function chooseRelease(
  {flag, labFile, kept, offline}: ReleaseWishes,
  releases: readonly Release[],
  engine: () => Promise<Engine>,
  signal: AbortSignal,
): Promise<ReleaseChoice> {
  if (flag !== undefined) return {release: findRelease(flag, releases), reason: 'asked for with --release'}
  if (labFile !== undefined) return {release: findRelease(labFile, releases), reason: 'named in the lab file'}
  if (kept !== undefined) return {release: findRelease(kept, releases), reason: 'this lab already has it'}
  const product = findRelease('3.2.0', releases)
  const builtIn = findRelease('mini', releases)
  const images = productImages(product)
  const here = await (await engine()).imageIds(images)
  if (images.every(image => here.has(image))) return {release: product, reason: 'all its images are on this engine'}
  if (offline) return {release: builtIn, reason: "--offline, and WSO2's images are not on this engine"}
  return (await (await engine()).registryAnswers(images[0]!, REGISTRY_MS, signal))
    ? {release: product, reason: 'the registry answers'}
    : {
        release: builtIn,
        reason: `WSO2's images are not on this engine and the registry did not answer within ${REGISTRY_MS / 1000} s`,
      }
}
