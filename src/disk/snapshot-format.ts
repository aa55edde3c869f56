import {createHash, type Hash} from 'node:crypto'
import type {Header} from 'tar-stream'

/** Names in a snapshot's file, in this order: the manifest, the lab's files, the data of each volume, the checksums. */
export const MANIFEST = 'manifest.json'
export const FILES = 'files'
export const VOLUMES = 'volumes'
export const CHECKSUMS = 'checksums.json'

export type Head = Partial<Header> & {readonly name: string}

/** Engines say in the mode too what an entry is; a tar has the permissions alone. */
const PERMISSIONS = 0o7777

const headOf = ({type, name, mode = 0, uid = 0, gid = 0, size = 0}: Head) =>
  `${JSON.stringify([type, name, mode & PERMISSIONS, uid, gid, size])}\n`

/** A checksum for each part of the file: the lab's files, and each volume. */
export class PartSums {
  readonly #sums = new Map<string, Hash>()

  has(part: string): boolean {
    return this.#sums.has(part)
  }

  /** Adds an entry's header; its content is to be added to the returned checksum. */
  add(part: string, head: Head): Hash {
    const sum = this.#sums.get(part) ?? createHash('sha256')
    this.#sums.set(part, sum)
    return sum.update(headOf(head))
  }

  /** Hexadecimal, by part. Ends the checksums: nothing can be added afterwards. */
  digests(): Readonly<Record<string, string>> {
    return Object.fromEntries([...this.#sums].map(([part, sum]) => [part, sum.digest('hex')]))
  }
}
