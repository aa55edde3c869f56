import type {Engine} from '../../../engine/engine.js'
import {LabError} from '../../../errors.js'
import {builtNames} from '../../../model/built-images.js'
import type {Release} from '../../../model/release.js'
import type {LabSettings} from '../../../model/settings.js'

/**
 * The settings with the names of the built images that the lab file asks for, of those that are on the engine now; none where it asks
 * for none. An image of the release that none was built for comes from its registry.
 */
export async function withBuiltImages(
  settings: LabSettings,
  {components}: Pick<Release, 'components'>,
  {images}: Pick<Engine, 'images'>,
): Promise<LabSettings> {
  const {imageBuild} = settings
  if (imageBuild === '') return {...settings, imageNames: {}}
  return {
    ...settings,
    imageNames: builtNames(
      components.map(({image}) => image),
      await images.built(),
      imageBuild,
    ),
  }
}

/** Throws `image-unavailable` where built images are asked for and there is none. */
export function checkBuilt({imageBuild, imageNames}: LabSettings, {name}: Pick<Release, 'name'>): void {
  if (imageBuild === '' || Object.keys(imageNames).length > 0) return
  throw new LabError(
    'image-unavailable',
    `The lab file asks for images of release ${name} that were built here (images.build: ${imageBuild}), and there is none of them.`,
    {next: [`apim-lab images build --release ${name} --from ZIP`, 'apim-lab releases (tells which were built)']},
  )
}
