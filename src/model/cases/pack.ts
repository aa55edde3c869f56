import * as z from 'zod'

const MEGABYTE = 1024 * 1024
const GIGABYTE = 1024 * MEGABYTE

/** Of a file that is no snapshot: patches and drivers are far below it. */
const MOST_FILE_BYTES = 64 * MEGABYTE
const MOST_FILES_BYTES = 256 * MEGABYTE
const MOST_SNAPSHOT_BYTES = 16 * GIGABYTE
/** Of all images of several releases. */
const MOST_IMAGES_BYTES = 64 * GIGABYTE

const sized = (most: number) => ({
  bytes: z.int().min(0).max(most),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
})

const path = z.string().min(1).max(1024)
const names = <T extends z.ZodType>(value: T) => z.record(z.string().min(1).max(512), value)

const isDistinct = (paths: readonly string[]) =>
  paths.every((one, i) => paths.every((other, k) => i === k || (one !== other && !other.startsWith(`${one}/`))))

/** What is known of a pack besides its files. Somebody else's may say anything. */
export const PACK = z
  .strictObject({
    format: z.literal(1),
    kind: z.literal('case'),
    /** Of the command that made it. */
    version: z.string().max(64),
    created: z.iso.datetime(),
    case: z.string().max(64),
    /** The first of them, where it names several. */
    release: z.string().max(64),
    releases: z.array(z.string().max(64)).max(100).exactOptional(),
    /** Ids of the images that its releases had on that engine, by their names. */
    images: names(z.string().max(128)),
    /** Digests of those that came from a registry. */
    digests: names(z.string().max(512)).exactOptional(),
    files: z
      .array(z.strictObject({path, ...sized(MOST_FILE_BYTES)}))
      .min(1)
      .max(1000),
    /** The snapshot that it begins from: the lab's secrets are in it. */
    snapshot: z
      .strictObject({
        path,
        ...sized(MOST_SNAPSHOT_BYTES),
        lab: z.string().max(64),
        release: z.string().max(64),
        created: z.iso.datetime(),
      })
      .exactOptional(),
    /** The images themselves, by their names the checksums of their configurations. */
    archive: z
      .strictObject({
        ...sized(MOST_IMAGES_BYTES),
        images: names(z.string().regex(/^sha256:[0-9a-f]{64}$/)),
      })
      .exactOptional(),
  })
  .refine(({files}) => files.reduce((sum, {bytes}) => sum + bytes, 0) <= MOST_FILES_BYTES)
  .refine(({files, snapshot}) => isDistinct([...files.map(it => it.path), ...(snapshot ? [snapshot.path] : [])]))

export type PackManifest = z.infer<typeof PACK>

/** The case's own file in a pack. */
export const PACKED_CASE = 'case.yaml'
