import type {Engine} from '../../engine/engine.js'
import {LABELS} from '../../model/labels.js'
import {snapshotVolume} from '../../model/snapshot.js'
import {planRemoveHelpers} from '../../plan/plan-restore.js'
import type {LabContext} from '../context.js'
import {snapshotsOf} from './stored.js'

/**
 * Removes what runs that died had begun to save of a lab: files, and volumes that no snapshot names. The lab is locked: nobody is saving
 * it. Returns the volumes that are gone.
 */
export async function removeLeft(
  lab: string,
  context: Pick<LabContext, 'data' | 'engine' | 'reporter' | 'signal'>,
): Promise<readonly string[]> {
  const engine = await context.engine()
  await context.data.snapshots(lab).removeDrafts()
  await removeHelpers(lab, engine, context)
  const kept = new Set((await snapshotsOf(lab, context)).map(({manifest}) => snapshotVolume(manifest.id)))
  const folder = context.data.lab(lab).path
  const volumes = (await engine.volumes.labelled(LABELS.snapshotLab, lab)).filter(
    ({name, labels}) => labels[LABELS.folder] === folder && !kept.has(name),
  )
  const gone = await Promise.all(volumes.map(async ({name}) => ((await engine.volumes.remove(name)) ? [name] : [])))
  return gone.flat()
}

/** Helpers of a run that died may still have its volume. */
async function removeHelpers(
  lab: string,
  engine: Engine,
  {data, reporter, signal}: Pick<LabContext, 'data' | 'reporter' | 'signal'>,
): Promise<void> {
  const observed = await engine.observe(lab)
  const folder = data.lab(lab).path
  const plan = planRemoveHelpers(observed, folder)
  if (plan.length > 0) await engine.execute(plan, {lab, folder, observed, reporter, signal})
}
