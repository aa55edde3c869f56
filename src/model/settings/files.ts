import * as z from 'zod'
import type {FileKind, FileReference} from './row.js'

/** A text file of the user's, with the name that the lab file has for it. */
export interface TextFile {
  readonly path: string
  readonly content: string
}

/** A file of the user's that a container sees: the lab folder has a copy of it by its checksum. */
export interface MountedFile {
  /** The name that the lab file has for it. */
  readonly path: string
  /** Absolute, on this machine. */
  readonly source: string
  readonly sha256: string
}

export const textFile = z.object({path: z.string(), content: z.string()}) satisfies z.ZodType<TextFile>

export const mountedFile = z.object({
  path: z.string(),
  source: z.string(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
}) satisfies z.ZodType<MountedFile>

export const mountedFiles = z.record(z.string(), mountedFile)

/** The one file that a value names. */
export const oneFile =
  (kind: FileKind) =>
  (path: string): readonly FileReference[] => [{kind, path, below: []}]

/** Files by the absolute path that they are mounted at. */
export const filesByTarget = (written: Readonly<Record<string, string>>): readonly FileReference[] =>
  Object.entries(written).map(([target, path]) => ({kind: 'mount', path, below: [target]}))

/** Files by their own names. */
export const filesByName = (paths: readonly string[]): readonly FileReference[] =>
  paths.map(path => ({kind: 'mount', path, below: [path]}))
