import type {Readable} from 'node:stream'

/** A file, a folder or a link of a tree that lies somewhere: in a folder, in an archive. */
export interface TreeEntry {
  /** Relative to the tree's root, with `/`; no `/` at its end. */
  readonly path: string
  readonly type: 'file' | 'folder' | 'link'
  readonly sizeBytes: number
  readonly executable: boolean
  /** A server deploys by it: no file of an image may be from 1970. */
  readonly modified: Date
  /** What a link says. */
  readonly target?: string
  /** The content of a file. */
  readonly open: () => Promise<Readable>
}

export const childOf = (folder: string, path: string): string => (folder === '' ? path : `${folder}/${path}`)
