/** A folder of the helper's, and the one that it shall be like. */
export interface FolderPair {
  readonly from: string
  readonly to: string
}

/** What the helper does with volumes that it has mounted, and with the processes of the nodes that use them. */
export type VolumeTask =
  /** How much these folders take on the disk, and how much is free where `on` is. */
  | {readonly do: 'measure'; readonly folders: readonly string[]; readonly on: string}
  /** `live`: what writes to them goes on meanwhile. What was mirrored by the same helper before and has not changed since is not read again. */
  | {readonly do: 'mirror'; readonly pairs: readonly FolderPair[]; readonly live: boolean}
  /** Which pairs are not equal. */
  | {readonly do: 'compare'; readonly pairs: readonly FolderPair[]}
  /** The steps by which the data of volumes is replaced, in this order; `undo` leads back until `finish` has begun. */
  | {readonly do: 'stage'; readonly pairs: readonly FolderPair[]}
  | {readonly do: 'swap' | 'undo' | 'finish'; readonly folders: readonly string[]}
  /** Stops what runs in containers until `thaw`, for as many seconds at most, and as long as the helper has its input. */
  | {readonly do: 'freeze'; readonly containers: readonly string[]; readonly seconds: number}
  | {readonly do: 'thaw'}
  /** After a helper that was killed itself. */
  | {readonly do: 'thaw-all'; readonly containers: readonly string[]}
  /** For one that may be killed itself: lets all go on in so many seconds, or when this helper loses its input, until `unwatch`. */
  | {readonly do: 'watch'; readonly containers: readonly string[]; readonly seconds: number}
  | {readonly do: 'unwatch'}

/** What a task came to: of each only what it tells. */
export interface VolumeAnswer {
  readonly bytes?: number
  readonly freeBytes?: number
  readonly files?: number
  readonly copiedBytes?: number
  /** The `to` of pairs that are not equal. */
  readonly differ?: readonly string[]
  /** Absent after `thaw`: they went on before it, and what was copied is of no one moment. */
  readonly frozenMs?: number
  /** The disk had no room. */
  readonly full?: true
}
