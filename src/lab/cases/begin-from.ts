import {dirname} from 'node:path'
import {DEFAULTS} from '../../model/settings.js'
import type {LabContext} from '../context.js'
import {ImageSource} from '../images/image-source.js'
import type {NamedRequest} from '../resolve/resolve-lab.js'
import {branchSnapshot} from '../snapshots/branch.js'
import {deleteSnapshot} from '../snapshots/delete.js'
import {importSnapshot} from '../snapshots/import.js'
import {snapshotName} from './case-lab.js'
import type {CaseSnapshot} from './case-snapshot.js'

/** Makes the lab that a request means of a snapshot, with that lab's name and ports. Where it fails, what was imported goes with the case. */
export async function beginFrom(
  {path, manifest}: CaseSnapshot,
  {lab, flags, labFile, offline = false}: NamedRequest,
  context: LabContext,
): Promise<{readonly release: string}> {
  const name = snapshotName()
  const portOffset = flags.portOffset ?? labFile?.portOffset ?? DEFAULTS.portOffset
  // Its data is unpacked by a helper, before there is a lab to make images for.
  await new ImageSource(await context.engine(), context, {offline}).helper()
  await importSnapshot({path, name, keptFor: lab, workingDirectory: dirname(path), wait: false}, context)
  const up = {offline, withFindings: true}
  await branchSnapshot({from: lab, name, lab, portOffset, wait: false, up}, context)
  await deleteSnapshot({lab, name, wait: false}, context)
  return {release: manifest.release}
}
