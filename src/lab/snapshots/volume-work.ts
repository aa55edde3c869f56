import {LabError} from '../../errors.js'
import type {Engine} from '../../engine/engine.js'
import type {MountedVolume} from '../../engine/engine-volumes.js'
import {MAKE_ROOM} from '../../model/disk-full.js'
import type {VolumeAnswer, VolumeTask} from '../../model/volume-tasks.js'
import {helperImage} from '../images/image-source.js'
import {megabytes} from '../images/size-progress.js'
import {HelperQuestions} from '../links/helper-questions.js'
import type {LabContext} from '../context.js'

/** Where the helper has the data of a snapshot, and the volumes of the lab. */
export const SNAPSHOT_AT = '/snapshot'
const LAB_AT = '/lab'

/** Where it has the folder of a volume in the snapshot, and the volume itself. */
export const inSnapshot = (key: string): string => `${SNAPSHOT_AT}/${key}`
export const inLab = (key: string): string => `${LAB_AT}/${key}`

export interface VolumeWorkOptions {
  readonly lab: string
  readonly folder: string
  readonly volumes: readonly MountedVolume[]
  readonly freezes?: boolean
}

/** What is done with volumes by one helper. */
export interface VolumeWork {
  /** Throws `disk-short` where the engine's disk has no room, `snapshot-failed` where it can't be done. */
  do(task: VolumeTask): Promise<VolumeAnswer>
}

type WorkContext = Pick<LabContext, 'version' | 'engine' | 'signal'>

/** Starts a helper that works on volumes inside the engine; what it has frozen goes on when it is closed, or this process ends. */
export async function openVolumes(
  {lab, folder, volumes, freezes = false}: VolumeWorkOptions,
  context: WorkContext,
): Promise<VolumeWork & {close(): Promise<void>}> {
  const {version, signal} = context
  const engine: Engine = await context.engine()
  const helper = await engine.volumes.open({lab, folder, image: helperImage(version), volumes, freezes, signal})
  const questions = new HelperQuestions(helper, signal)
  return {
    do: task => perform(task, questions),
    async close() {
      questions.end()
      await helper.close()
    },
  }
}

/** Works on volumes by one helper. */
export async function withVolumes<T>(
  options: VolumeWorkOptions,
  context: WorkContext,
  work: (volumes: VolumeWork) => Promise<T>,
): Promise<T> {
  const volumes = await openVolumes(options, context)
  try {
    return await work(volumes)
  } finally {
    await volumes.close()
  }
}

async function perform(task: VolumeTask, questions: HelperQuestions): Promise<VolumeAnswer> {
  const reply = await questions.ask({kind: 'volumes', task})
  if (reply.kind !== 'volumes')
    throw new LabError(
      'snapshot-failed',
      `The data could not be copied: ${reply.kind === 'result' ? reply.detail : 'no answer'}.`,
      {
        next: ['apim-lab fault list', 'apim-lab doctor'],
      },
    )
  if (reply.answer.full)
    throw new LabError('disk-short', "The engine's disk became full; nothing was changed.", {next: MAKE_ROOM})
  return reply.answer
}

/** Throws `disk-short` with the sum, where folders take more on the disk than it has free. */
export async function checkRoom(volumes: VolumeWork, folders: readonly string[], on: string): Promise<void> {
  const {bytes = 0, freeBytes = 0} = await volumes.do({do: 'measure', folders, on})
  if (bytes <= freeBytes) return
  throw new LabError(
    'disk-short',
    `The engine's disk has ${megabytes(freeBytes)} free, and ${megabytes(bytes)} are needed; nothing was changed.`,
    {next: MAKE_ROOM},
  )
}
