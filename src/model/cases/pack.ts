import * as z from 'zod'

/** A file of a pack. */
const file = z.strictObject({
  path: z.string().min(1).max(1024),
  bytes: z
    .int()
    .min(0)
    .max(64 * 1024 * 1024),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
})

/** What is known of a pack besides its files. Somebody else's may say anything. */
export const PACK = z.strictObject({
  format: z.literal(1),
  kind: z.literal('case'),
  /** Of the command that made it. */
  version: z.string().max(64),
  created: z.iso.datetime(),
  case: z.string().max(64),
  release: z.string().max(64),
  /** Ids of the images that its release had on that engine, by their names. */
  images: z.record(z.string().max(512), z.string().max(128)),
  files: z.array(file).min(1).max(1000),
})

export type PackManifest = z.infer<typeof PACK>

/** The case's own file in a pack. */
export const PACKED_CASE = 'case.yaml'
