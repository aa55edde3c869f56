import {isOutside, leadsOut} from '../../model/distribution-checks.js'
import type {TreeEntry} from '../../model/file-tree.js'
import {LabError} from '../../errors.js'

export interface ReadOptions {
  /** Told how many bytes have been read so far. */
  readonly onBytes: (bytes: number) => void
  readonly signal: AbortSignal
}

/** What a product's zip or folder holds. */
export interface DistributionTree {
  readonly path: string
  readonly entries: readonly TreeEntry[]
  readonly unpackedBytes: number
  /** How many bytes `digest` reads. */
  readonly readBytes: number
  /** Reads all of it and checks what can be checked. Returns the SHA-256 of the zip, or of all that a folder holds. */
  readonly digest: (options: ReadOptions) => Promise<string>
  readonly close: () => void
}

const GIBIBYTE = 1024 ** 3

/** A distribution has some 20 000 files, and half a gigabyte to one and a half unpacked. */
const MOST_ENTRIES = 200_000
const MOST_BYTES = 8 * GIBIBYTE

export const invalid = (message: string, evidence: readonly string[] = [], cause?: unknown): LabError =>
  new LabError('distribution-invalid', message, {
    evidence,
    next: ['apim-lab images build --from ZIP (of a whole copy)', 'apim-lab releases'],
    cause,
  })

/** Refuses what can be no distribution by its size, before any of it is read. */
export function checkSize(path: string, count: number, bytes: number): void {
  if (count > MOST_ENTRIES) throw invalid(`${path} has ${count} files: no distribution has more than ${MOST_ENTRIES}.`)
  if (bytes > MOST_BYTES)
    throw invalid(
      `${path} would unpack to ${(bytes / GIBIBYTE).toFixed(1)} GB: no distribution has more than ${MOST_BYTES / GIBIBYTE}.`,
    )
}

/** Refuses a path or a link that leads out of the folder. */
export function checkEntry(source: string, {path, target}: Pick<TreeEntry, 'path' | 'target'>): void {
  if (isOutside(path)) throw invalid(`${source} has a path that leaves its folder: ${JSON.stringify(path)}.`)
  if (target !== undefined && leadsOut(path, target))
    throw invalid(`${source} has a link that leaves its folder: ${path} -> ${JSON.stringify(target)}.`)
}
