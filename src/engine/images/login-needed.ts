import {LabError} from '../../errors.js'
import {DOCKER_HUB, registryOf} from '../../model/image-name.js'
import {engineMessage, statusOf} from '../engine-errors.js'

const WSO2_REGISTRY = 'docker.wso2.com'

/** What registries refuse with. Inside a pull's stream, and with older engines' status 404 or 500, the text is all there is. */
const REFUSED =
  /pull access denied|unauthori[sz]ed|authentication required|no basic auth credentials|requires? (a |an active )?subscription|incorrect username or password|access to the resource is denied|\b40[13] (unauthorized|forbidden)\b/i

/** Whether a registry wants to know who asks, or knows it and refuses. */
export function isLoginNeeded(error: unknown): boolean {
  const status = statusOf(error)
  return status === 401 || status === 403 || REFUSED.test(engineMessage(error))
}

/** Whether the text of a pull's stream says so. */
export const saysLoginNeeded = (text: string): boolean => REFUSED.test(text)

/** The registry does not give this image to whoever docker is logged in as there. */
export function loginNeeded(image: string, loggedIn: boolean, cause: unknown): LabError {
  const registry = registryOf(image)
  const login = `docker login${registry === DOCKER_HUB ? '' : ` ${registry}`}`
  const isWso2 = registry === WSO2_REGISTRY
  const who = loggedIn ? 'with the login that docker has for it' : 'without a login'
  return new LabError('image-login-needed', `The registry ${registry} denies access to ${image}: refused ${who}.`, {
    evidence: isWso2
      ? ['Images of docker.wso2.com need a WSO2 subscription; those of wso2/... on Docker Hub are free.']
      : [],
    next: [
      login,
      ...(isWso2 ? [`docker pull ${image.replace(`${WSO2_REGISTRY}/`, 'wso2/')} (Docker Hub, free)`] : []),
      'apim-lab images pull',
      'apim-lab images load images.tar (where another machine saved them)',
    ],
    cause,
  })
}
