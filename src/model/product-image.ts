import type {ComponentSpec, Release} from './release.js'
import type {LabSettings} from './settings.js'

type ImageSettings = Pick<LabSettings, 'imageRegistry' | 'imageTag' | 'imageSuffix' | 'components'>

/** `wso2/wso2am:3.2.0` as the settings want it: `docker.wso2.com/wso2am:3.2.0.14-alpine`. */
function renamed(image: string, {imageRegistry, imageTag, imageSuffix}: ImageSettings): string {
  const [path = '', tag = ''] = image.split(':')
  const name = path.slice(path.indexOf('/') + 1)
  return `${imageRegistry === '' ? path : `${imageRegistry}/${name}`}:${imageTag || tag}${imageSuffix}`
}

/** The image that a component's nodes run: its own setting, or the release's with registry and tag of the lab. */
export function imageOf(spec: ComponentSpec, {builtIn}: Pick<Release, 'builtIn'>, settings: ImageSettings): string {
  const own = Object.hasOwn(settings.components, spec.name) ? settings.components[spec.name]?.image : undefined
  return own ?? (builtIn ? spec.image : renamed(spec.image, settings))
}
