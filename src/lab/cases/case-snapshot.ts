import {fileBeside} from '../../disk/lab-file.js'
import {snapshotOf, type Case} from '../../model/cases/case.js'
import type {LabContext} from '../context.js'
import {readSnapshotFacts, type SnapshotFacts} from '../snapshots/snapshot-facts.js'

/** The snapshot that a case begins from. */
export interface CaseSnapshot extends SnapshotFacts {
  /** Absolute. */
  readonly path: string
  /** As the case names it. */
  readonly name: string
}

/** What the snapshot of a case says of itself; undefined for a case without one. Throws `file-unusable`, `snapshot-invalid`. */
export async function caseSnapshot(
  {case: one, path}: {readonly case: Case; readonly path: string},
  {signal}: Pick<LabContext, 'signal'>,
  options: {readonly whole?: boolean} = {},
): Promise<CaseSnapshot | undefined> {
  const name = snapshotOf(one)
  if (name === undefined) return undefined
  const file = await fileBeside(path, name, 'snapshot', 'file-unusable')
  return {path: file, name, ...(await readSnapshotFacts(file, signal, options))}
}
