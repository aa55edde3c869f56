import {LabError} from '../../errors.js'
import type {Engine} from '../../engine/engine.js'
import type {ImageFacts} from '../../engine/engine-images.js'
import {architectureOf, EMULATION_FACTOR, runsNatively, samePlatform} from '../../model/architecture.js'
import {scriptsOf} from '../../model/mix-releases.js'
import {imageOf, releaseImageOf} from '../../model/product-image.js'
import type {ComponentSpec, Release} from '../../model/release.js'
import type {LabSettings} from '../../model/settings.js'
import type {Topology} from '../../model/topology.js'

/** What an image of another architecture costs, in words. */
export const emulationText = (name: string, platform: string, machine: string): string =>
  `${name} is for ${platform} and this engine is ${architectureOf(machine)}: it runs emulated, several times slower; deadlines are ${EMULATION_FACTOR} times as long`

/** Those of these images that this machine runs by emulation only. */
export const foreignImages = (facts: ReadonlyMap<string, ImageFacts>, machine: string): ReadonlySet<string> =>
  new Set([...facts].filter(([, {platform}]) => !runsNatively(platform, machine)).map(([name]) => name))

/** Images of a lab's nodes that run emulated. */
export async function emulatedImages({nodes}: Topology, engine: Engine): Promise<ReadonlySet<string>> {
  const [facts, {architecture}] = await Promise.all([
    engine.images.facts([...new Set(nodes.map(({image}) => image))]),
    engine.info(),
  ])
  return foreignImages(facts, architecture)
}

/** The release with the platforms that its images really have here: an engine makes no container of an image for another platform than it is told. */
export function withActualPlatforms(
  release: Release,
  settings: LabSettings,
  facts: ReadonlyMap<string, ImageFacts>,
): Release {
  const actual = (spec: ComponentSpec, image: string): ComponentSpec => {
    const {platform} = facts.get(image) ?? {}
    if (spec.platform === undefined || platform === undefined || samePlatform(spec.platform, platform)) return spec
    return {...spec, platform}
  }
  const scripts = scriptsOf(release)
  return {
    ...release,
    ...(scripts && {scripts: actual(scripts, releaseImageOf(scripts, release, settings))}),
    components: release.components.map(spec => actual(spec, imageOf(spec, release, settings))),
  }
}

export interface ArchitectureCheck {
  readonly lab: string
  readonly folder: string
  readonly machine: string
  readonly facts: ReadonlyMap<string, ImageFacts>
  readonly warn: (text: string) => void
}

/** Warns of images that run emulated. Throws `image-unusable` for one that this machine can't run at all. Returns the emulated ones. */
export async function checkArchitectures(
  engine: Pick<Engine, 'images'>,
  {lab, folder, machine, facts, warn}: ArchitectureCheck,
): Promise<ReadonlySet<string>> {
  const foreign = foreignImages(facts, machine)
  for (const name of foreign) {
    const {platform} = facts.get(name)!
    const runs = platform.startsWith('linux/') && (await engine.images.canRun(name, {lab, folder}))
    if (runs === false) throw unusable(name, platform, machine)
    warn(emulationText(name, platform, machine))
  }
  return foreign
}

const unusable = (name: string, platform: string, machine: string) =>
  new LabError(
    'image-unusable',
    `${name} is for ${platform}: this engine is ${architectureOf(machine)} and can't run it, not even emulated.`,
    {
      next: [
        `docker pull --platform linux/${architectureOf(machine)} ${name}`,
        'docker run --privileged --rm tonistiigi/binfmt --install all (sets emulators up)',
        'apim-lab up --release mini',
      ],
    },
  )
