/** An image on the engine that was built from a product's distribution. */
export interface BuiltImage {
  readonly name: string
  /** `wso2am-3.2.0`. */
  readonly distribution: string
  /** The release's image that it stands for. */
  readonly standsFor: string
  readonly updateLevel: string
  readonly sha256: string
  /** Seconds since 1970. */
  readonly created: number
}

/** Stands for the image that was built last. */
export const NEWEST = 'newest'

const isMeant = ({updateLevel, sha256}: BuiltImage, build: string) =>
  build === NEWEST || updateLevel === build || (build.length >= SHORTEST && sha256.startsWith(build))

/** An update level has fewer digits than what tells one zip from another. */
const SHORTEST = 7

/** By the release's image: the newest of those built images that are meant, `newest`, an update level or the first digits of a checksum. */
export function builtNames(
  images: Iterable<string>,
  built: readonly BuiltImage[],
  build: string,
): Readonly<Record<string, string>> {
  const entries = [...new Set(images)].flatMap(image => {
    const found = built
      .filter(one => one.standsFor === image && isMeant(one, build))
      .toSorted((a, b) => a.created - b.created || (a.name < b.name ? -1 : 1))
      .at(-1)
    return found ? [[image, found.name] as const] : []
  })
  return Object.fromEntries(entries)
}
