import {snapshotVolume} from '../../model/snapshot.js'
import {LabError} from '../../errors.js'
import type {LabContext} from '../context.js'
import {labOption} from '../resolve/named-lab.js'
import {withLock} from '../state/with-lock.js'
import {removeLeft} from './left.js'
import {findSnapshot, theSnapshot} from './stored.js'

export interface DeleteOptions {
  readonly lab: string
  readonly name: string
  readonly wait: boolean
}

/** Removes a snapshot; one that is damaged, too. Throws `snapshot-unknown`. */
export const deleteSnapshot = (
  options: DeleteOptions,
  context: LabContext,
): Promise<{readonly lab: string; readonly name: string}> =>
  withLock(options, context, async () => {
    const {lab, name} = options
    const engine = await context.engine()
    const folder = context.data.snapshots(lab).of(name)
    const found = await findSnapshot(lab, name, context).catch((error: unknown) => {
      if (error instanceof LabError && error.code === 'snapshot-invalid') return undefined
      throw error
    })
    if (!found && (await folder.manifest()) === undefined) await theSnapshot(lab, name, context)
    // First what makes it one: without its data it would promise what it has not.
    await folder.remove()
    if (found && !(await engine.volumes.remove(snapshotVolume(found.manifest.id))))
      throw new LabError('snapshot-failed', `Something still uses the data of snapshot ${name}.`, {
        next: [`apim-lab snapshot prune${labOption(lab)}`],
      })
    await removeLeft(lab, context)
    return {lab, name}
  })

export interface PruneResult {
  readonly lab: string
  /** Names of volumes. */
  readonly removed: readonly string[]
}

/** Removes what nothing uses: what saves of this lab that died have left, and seeds that no lab can begin with; with `seeds` all of them. */
export const pruneSnapshots = (
  options: {readonly lab: string; readonly wait: boolean; readonly seeds: boolean},
  context: LabContext,
): Promise<PruneResult> =>
  withLock(options, context, async () => {
    const engine = await context.engine()
    const left = await removeLeft(options.lab, context)
    return {lab: options.lab, removed: [...left, ...(await engine.volumes.removeSeeds({all: options.seeds}))]}
  })
