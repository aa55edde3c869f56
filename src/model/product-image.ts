import {repositoryOf} from './image-name.js'
import type {ComponentSpec, Release} from './release.js'
import type {LabSettings} from './settings.js'

type ImageSettings = Pick<LabSettings, 'imageRegistry' | 'imageTag' | 'imageSuffix' | 'imageNames' | 'components'>

const ownOf = ({components}: ImageSettings, name: string) =>
  Object.hasOwn(components, name) ? components[name]! : undefined

/** WSO2's newer registry for subscribers has other names: `am-acp` for `wso2am-acp` (docker-apim 4.7.x; docs-apim 4.7.0, kubernetes deployment). */
const SHORT_NAMES = /^registry\.wso2\.com\//

/** `wso2/wso2am:3.2.0` as the settings want it: `docker.wso2.com/wso2am:3.2.0.14-alpine`. A digest names one image only: it stays as it is. */
function renamed(
  image: string,
  {imageRegistry, imageTag, imageSuffix}: Omit<ImageSettings, 'components' | 'imageNames'>,
): string {
  const path = repositoryOf(image)
  const rest = image.slice(path.length)
  const ownName = path.slice(path.lastIndexOf('/') + 1)
  const name = SHORT_NAMES.test(`${imageRegistry}/`) ? ownName.replace(/^wso2/, '') : ownName
  const repository = imageRegistry === '' ? path : `${imageRegistry}/${name}`
  if (rest.includes('@')) return repository + rest
  const tag = imageTag || rest.slice(1)
  return tag === '' ? repository : `${repository}:${tag}${imageSuffix}`
}

/** The release's image for a component: one that was built here for it, or with registry and tag of the lab. */
export function releaseImageOf(
  spec: ComponentSpec,
  {builtIn}: Pick<Release, 'builtIn'>,
  settings: ImageSettings,
): string {
  const built = Object.hasOwn(settings.imageNames, spec.image) ? settings.imageNames[spec.image] : undefined
  if (built !== undefined) return built
  if (builtIn) return spec.image
  // The lab's tag is one of its own release.
  const isForeign = spec.release !== undefined
  return renamed(spec.image, isForeign ? {...settings, imageTag: ''} : settings)
}

/** The image that a component's nodes run: its own setting, or the release's with registry and tag of the lab. */
export const imageOf = (spec: ComponentSpec, release: Pick<Release, 'builtIn'>, settings: ImageSettings): string =>
  ownOf(settings, spec.name)?.image ?? releaseImageOf(spec, release, settings)
