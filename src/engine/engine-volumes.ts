import type {Readable} from 'node:stream'
import type {Helper, HelperOptions} from './engine.js'

/** A volume as the engine lists it. */
export interface StoredVolume {
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
}

/** A volume that a helper sees at a path. */
export interface MountedVolume {
  readonly name: string
  /** Absolute, inside the helper. */
  readonly at: string
  readonly readOnly: boolean
}

export interface VolumeHelperOptions extends HelperOptions {
  readonly volumes: readonly MountedVolume[]
  /** It can stop the processes of nodes: it sees those of the engine's whole machine. */
  readonly freezes: boolean
  readonly signal: AbortSignal
}

/** A volume's data as an archive; whose the container is that it goes through. */
export interface VolumeArchive extends HelperOptions {
  readonly volume: string
  /** Below the volume's root. */
  readonly path: string
  readonly signal: AbortSignal
}

/** Databases that labs are begun with. */
export interface StoredSeed {
  readonly name: string
  /** It has its data. */
  readonly whole: boolean
  /** The engine has the images that it was made from. */
  readonly usable: boolean
}

/** An engine's volumes, beside those that belong to a lab: what snapshots are kept in. */
export interface EngineVolumes {
  /** All that have this label, with this value where one is given. */
  labelled(label: string, value?: string): Promise<readonly StoredVolume[]>
  create(name: string, labels: Readonly<Record<string, string>>): Promise<void>
  /** Whether it is gone: what something still uses stays. */
  remove(name: string): Promise<boolean>
  seeds(): Promise<readonly StoredSeed[]>
  /** Removes seeds that no lab can begin with, and what is left of some; with `all` the others too. Returns the volumes that are gone. */
  removeSeeds(options: {readonly all: boolean}): Promise<readonly string[]>
  /** Opens a helper that has volumes mounted and may read and write all that is in them; the caller closes it. */
  open(options: VolumeHelperOptions): Promise<Helper>
  /** A folder of a volume as a tar: names begin with that of the folder. */
  read(options: VolumeArchive): AsyncGenerator<Buffer>
  /** Unpacks a tar in a folder of a volume, with the owners that it tells. */
  write(archive: Readable, options: VolumeArchive): Promise<void>
}
