import {basename} from 'node:path'
import {readChecked, sha256} from '../../disk/download.js'
import type {LabFolder} from '../../disk/lab-folder.js'
import {readIfSound} from '../../disk/regular-file.js'
import {LabError} from '../../errors.js'
import type {MountedFile} from '../../model/settings.js'
import type {Topology} from '../../model/topology.js'

/** The content that the settings mean: the file's own, or the lab folder's copy where that has changed or is gone. */
async function contentOf(file: MountedFile, kept: LabFolder): Promise<Uint8Array> {
  const found = await readChecked(file.source, readIfSound)
  if (found?.sha256 === file.sha256) return found.content
  const copy = await kept.readCopy(file.sha256, basename(file.path))
  if (copy && sha256(copy) === file.sha256) return copy
  throw new LabError('file-unusable', `${file.source} is gone or has changed, and the lab has no copy of it.`, {
    next: ['apim-lab up (in the folder of the lab file)', 'apim-lab up --reset'],
  })
}

/** Copies the user's own files to where the rendered compose.yaml mounts them from. `kept` is the lab's own folder. */
export async function placeFiles({nodes}: Topology, kept: LabFolder, target = kept): Promise<void> {
  for (const {file} of nodes.flatMap(({files}) => files))
    await target.writeCopy(file.sha256, basename(file.path), await contentOf(file, kept))
}
