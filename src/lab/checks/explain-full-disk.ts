import {freeBytes, isFolder} from '../../disk/folder-facts.js'
import type {Engine} from '../../engine/engine.js'
import {LabError} from '../../errors.js'
import {MAKE_ROOM} from '../../model/disk-full.js'

const MEGABYTE = 1024 ** 2
/** With less than this a database server can't make its files, and a container's log may have stayed empty. */
const FULL_BYTES = 64 * MEGABYTE

/** The error to show where the engine's disk has no room: a node that fails for it often can't even log why. */
export async function explainFullDisk(error: unknown, engine: Engine): Promise<LabError | undefined> {
  if (!(error instanceof LabError) || error.code === 'aborted' || error.code === 'disk-short') return undefined
  const folder = await engine.info().then(
    ({dataFolder}) => dataFolder,
    () => '',
  )
  if (folder === '' || !(await isFolder(folder))) return undefined
  const free = await freeBytes(folder)
  if (free >= FULL_BYTES) return undefined
  const room = `${Math.floor(free / MEGABYTE)} MB free at ${folder}`
  return new LabError('disk-short', `The engine's disk is full: ${room}. ${error.message}`, {
    evidence: error.evidence,
    ...(error.nodes && {nodes: error.nodes}),
    next: [...MAKE_ROOM, 'apim-lab up (continues where it stopped)'],
    cause: error,
  })
}
