import {shortDigest} from './image-name.js'

/** An image as a lab was made with it. */
export interface KeptImage {
  readonly id: string
  /** The registry's digest; none of an image that was built or loaded. */
  readonly digest?: string
}

export type KeptImages = Readonly<Record<string, KeptImage>>

const isImage = (value: unknown): value is KeptImage => {
  const {id, digest} = (value ?? {}) as Partial<KeptImage>
  return typeof id === 'string' && (digest === undefined || typeof digest === 'string')
}

/** What a lab was made with, from its folder; nothing where that was never written or can't be read: it is only compared with. */
export function parseKeptImages(text: string | undefined): KeptImages {
  try {
    const {images} = JSON.parse(text ?? '{}') as {images?: Record<string, unknown>}
    const entries = Object.entries(images ?? {}).filter((entry): entry is [string, KeptImage] => isImage(entry[1]))
    return Object.fromEntries(
      entries.map(([name, {id, digest}]) => [name, {id, ...(digest !== undefined && {digest})}]),
    )
  } catch {
    return {}
  }
}

export const keptImagesJson = (images: KeptImages): string => `${JSON.stringify({version: 1, images}, undefined, 2)}\n`

/** An image whose name means another one than when the lab was made. */
export interface MovedImage {
  readonly name: string
  readonly before: string
  readonly now: string
}

/** Which names mean another image by now. Both sides are told by the registry's digest where both have one, else by the id. */
export function movedImages(kept: KeptImages, now: KeptImages): readonly MovedImage[] {
  return Object.entries(now).flatMap(([name, image]) => {
    const before = kept[name]
    if (!before || before.id === image.id) return []
    const byDigest = before.digest !== undefined && image.digest !== undefined && before.digest !== image.digest
    const shown = ({id, digest}: KeptImage) => shortDigest(byDigest ? digest! : id)
    return [{name, before: shown(before), now: shown(image)}]
  })
}
