/** Docker Hub, as the engine calls it. */
export const DOCKER_HUB = 'docker.io'

/** The registry that an image's name leads to: `docker.io` where it names none. A first part is a host if it has a dot, a port, or is `localhost`. */
export function registryOf(image: string): string {
  const [first = '', ...rest] = image.split('/')
  return rest.length > 0 && (/[.:]/.test(first) || first === 'localhost') ? first : DOCKER_HUB
}

/** An image's name without its tag and its digest. */
export const repositoryOf = (image: string): string => image.replace(/@.*$/, '').replace(/:[^/:]*$/, '')

/** The digest by which the registry of this very name knows an image, from the engine's list of them. */
export function digestOf(image: string, repoDigests: readonly string[]): string | undefined {
  const repository = repositoryOf(image)
  const found = repoDigests.find(text => repositoryOf(text) === repository)
  return found?.slice(found.indexOf('@') + 1)
}

const SHORT = 12

/** `sha256:` and the first digits, as people compare them. */
export const shortDigest = (digest: string): string => digest.replace(/^(sha256:)?/, '').slice(0, SHORT)
