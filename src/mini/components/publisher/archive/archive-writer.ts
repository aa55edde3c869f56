import {stringify} from 'yaml'
import {iconOf} from '../../../apis/api-files.js'
import type {StoredApi} from '../../../apis/api-store.js'
import {extensionOf} from '../../../apis/image-type.js'
import {zipped} from '../../../archive.js'
import type {Call} from '../../../http/call.js'
import {badRequest} from '../../../http/fault.js'
import type {Publishing} from '../publishing.js'

const FORMATS = ['YAML', 'JSON'] as const
export type Format = (typeof FORMATS)[number]

/** In what a call wants the texts of an archive. Throws a Fault 400. */
export function formatOf({query}: Pick<Call, 'query'>): Format {
  const wanted = (query.get('format') || 'YAML').toUpperCase()
  const found = FORMATS.find(it => it === wanted)
  if (!found) throw badRequest('format: is none of YAML, JSON')
  return found
}

/** Gathers what is in an archive. */
export interface ArchiveWriter {
  /** Adds a value as a text; its path has no ending. */
  readonly text: (path: string, value: unknown) => void
  readonly file: (path: string, bytes: Buffer) => void
  readonly zip: () => Promise<Buffer>
}

/** An archive, all of it in one folder. */
export function archiveWriter(root: string, format: Format): ArchiveWriter {
  const files = new Map<string, Buffer>()
  return {
    text: (path, value) => {
      const plain = JSON.parse(JSON.stringify(value)) as unknown
      const written =
        format === 'YAML' ? stringify(plain, {aliasDuplicateObjects: false}) : JSON.stringify(plain, null, 2)
      files.set(`${root}/${path}.${format.toLowerCase()}`, Buffer.from(written))
    },
    file: (path, bytes) => void files.set(`${root}/${path}`, bytes),
    zip: () => zipped(files),
  }
}

/** Adds an API's picture. */
export async function addIcon({shared}: Publishing, stored: StoredApi, {file}: ArchiveWriter): Promise<void> {
  const icon = await iconOf(shared, stored)
  if (icon) file(`Image/icon.${extensionOf(icon.mediaType) ?? 'png'}`, icon.bytes)
}
