import {mirrorTree} from '../../disk/file-trees.js'
import {LabError} from '../../errors.js'
import {LABELS} from '../../model/labels.js'
import type {LabContext} from '../context.js'
import {readJournal, type JournalEntry} from './journal.js'
import {NOT_STORED} from './stored.js'
import {inLab, withVolumes} from './volume-work.js'

type Restore = Extract<JournalEntry, {kind: 'restore'}>

/**
 * Ends what a command that died was in the middle of: nodes that it froze go on, and data that it was replacing is put back, or, where all
 * of the new was in its place, what was there before goes. Called with the lab locked.
 */
export async function recover(
  lab: string,
  context: Pick<LabContext, 'data' | 'engine' | 'version' | 'signal' | 'reporter'>,
): Promise<void> {
  const journal = context.data.journal(lab)
  const entry = await readJournal(journal)
  if (entry?.kind === 'save') {
    await thawAll(lab, entry.containers, context)
    await journal.close()
  } else if (entry?.kind === 'restore') {
    const text =
      entry.step === 'whole'
        ? `snapshot ${entry.snapshot} was being restored: that is finished now`
        : `snapshot ${entry.snapshot} was being restored: the lab is put back to what it was`
    context.reporter.on({subject: lab, state: 'warning', text})
    await endRestore(lab, entry, context)
  } else if (entry?.kind === 'branch') {
    const {snapshot, from} = entry
    throw new LabError(
      'snapshot-failed',
      `Lab ${lab} was being made from snapshot ${snapshot} of lab ${from}, and is not whole.`,
      {
        next: [
          `apim-lab snapshot branch ${snapshot} --from ${from} --lab ${lab} --port-offset N (continues)`,
          `apim-lab down --lab ${lab} --volumes (removes it)`,
        ],
      },
    )
  }
}

/** Leads back, or to the end where all of the new is in its place. */
export async function endRestore(
  lab: string,
  {step, volumes}: Restore,
  context: Pick<LabContext, 'data' | 'engine' | 'version' | 'signal'>,
): Promise<void> {
  const folder = context.data.lab(lab).path
  const journal = context.data.journal(lab)
  const engine = await context.engine()
  const there = new Set((await engine.volumes.labelled(LABELS.lab, lab)).map(({name}) => name))
  // One that is gone has nothing to be put back: another would be made by looking for it.
  const left = volumes.filter(({name}) => there.has(name))
  if (left.length > 0) {
    const mounts = left.map(({key, name}) => ({name, at: inLab(key), readOnly: false}))
    const folders = left.map(({key}) => inLab(key))
    await withVolumes({lab, folder, volumes: mounts}, context, work =>
      work.do({do: step === 'whole' ? 'finish' : 'undo', folders}),
    )
  }
  if (step === 'swapping') await mirrorTree(journal.before, folder, NOT_STORED)
  await journal.close()
}

async function thawAll(
  lab: string,
  containers: readonly string[],
  context: Pick<LabContext, 'data' | 'engine' | 'version' | 'signal'>,
): Promise<void> {
  const engine = await context.engine()
  const {containers: there} = await engine.observe(lab)
  const left = containers.filter(id => there.some(it => it.id === id && it.state === 'running'))
  if (left.length === 0) return
  const options = {lab, folder: context.data.lab(lab).path, volumes: [], freezes: true}
  await withVolumes(options, context, work => work.do({do: 'thaw-all', containers: left}))
}
