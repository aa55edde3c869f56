import {LabError} from '../errors.js'
import {DOCKER_HUB, registryOf} from './image-name.js'

/** WSO2's own: docker.wso2.com, and since 2026 registry.wso2.com. */
const WSO2_REGISTRIES = ['docker.wso2.com', 'registry.wso2.com']

/** The registry does not give this image to whoever docker is logged in as there. */
export function loginNeeded(image: string, loggedIn: boolean, cause: unknown): LabError {
  const registry = registryOf(image)
  const login = `docker login${registry === DOCKER_HUB ? '' : ` ${registry}`}`
  const isWso2 = WSO2_REGISTRIES.includes(registry)
  const who = loggedIn ? 'with the login that docker has for it' : 'without a login'
  return new LabError('image-login-needed', `The registry ${registry} denies access to ${image}: refused ${who}.`, {
    evidence: isWso2
      ? [`Images of ${registry} need a WSO2 subscription; those of wso2/... on Docker Hub are free.`]
      : [],
    next: [
      login,
      ...(isWso2
        ? [`docker pull wso2/${image.slice(image.lastIndexOf('/') + 1).replace(/^am/, 'wso2am')} (Docker Hub, free)`]
        : []),
      'apim-lab images pull',
      'apim-lab images load images.tar (where another machine saved them)',
    ],
    cause,
  })
}
