import {readSnapshotFile, type VolumeTarget} from '../../disk/read-snapshot-file.js'
import {LabError} from '../../errors.js'
import {parseKept} from '../../model/kept-settings.js'
import type {LabSettings} from '../../model/settings.js'
import type {SnapshotManifest} from '../../model/snapshot.js'

/** What a snapshot's file says of itself: somebody else may have written it. */
export interface SnapshotFacts {
  readonly manifest: SnapshotManifest
  readonly settings: Partial<LabSettings>
}

const SETTINGS = 'lab/settings.json'

/** The data of a volume, read for its checksum alone. */
const PASSED_BY: VolumeTarget = {
  entry: async (_, content) => {
    for await (const chunk of content) void chunk
  },
  end: () => Promise.resolve(),
}

/** What a file of `exportSnapshot` begins with; its data is not read, unless `whole` asks for it to be held against its checksums. Throws `snapshot-invalid`. */
export async function readSnapshotFacts(
  file: string,
  signal: AbortSignal,
  {whole = false}: {readonly whole?: boolean} = {},
): Promise<SnapshotFacts> {
  let manifest: SnapshotManifest | undefined
  let settings: string | undefined
  let isEnough = false
  const target = {
    begin: (found: SnapshotManifest) => Promise.resolve(void (manifest = found)),
    file: (path: string, content: Buffer) =>
      Promise.resolve(void (path === SETTINGS && (settings = content.toString('utf8')))),
    volume: () => {
      isEnough = !whole
      // No more of it is read then.
      return isEnough ? Promise.reject(new Error('enough')) : Promise.resolve(PASSED_BY)
    },
  }
  await readSnapshotFile(file, target, signal).catch((error: unknown) => {
    if (!isEnough) throw error
  })
  return {manifest: manifest!, settings: settingsOf(file, settings)}
}

function settingsOf(file: string, text: string | undefined): Partial<LabSettings> {
  try {
    return parseKept(text ?? '')
  } catch (cause) {
    if (!(cause instanceof LabError)) throw cause
    throw new LabError('snapshot-invalid', `${file} can't be used: ${SETTINGS} in it is not that of a lab.`, {
      next: [`ls -l ${file}`],
      cause,
    })
  }
}
