import type Docker from 'dockerode'
import {LabError} from '../../errors.js'
import {machineLoad} from '../../http/machine-load.js'
import {underLoad} from '../../model/load.js'
import {isConflict, isNotFound, isNotModified} from '../engine-errors.js'
import type {Termination} from '../engine-faults.js'

/** The kernel takes from those that were there before, the largest first; then memory is asked for until it has to. */
const USE_UP_MEMORY =
  'for p in /proc/[0-9]*; do [ "$p" = "/proc/$$" ] || echo 1000 >"$p/oom_score_adj" 2>/dev/null; done; exec tail /dev/zero'

const OOM_MS = 60_000

/** Somebody else was quicker. */
const isDone = (error: unknown) => isNotFound(error) || isNotModified(error) || isConflict(error)

async function useUpMemory(container: Docker.Container): Promise<void> {
  const exec = await container.exec({Cmd: ['sh', '-c', USE_UP_MEMORY]})
  await exec.start({Detach: true})
}

const TERMINATIONS: Readonly<Record<Termination, (container: Docker.Container) => Promise<unknown>>> = {
  kill: container => container.kill(),
  stop: container => container.stop(),
  oom: useUpMemory,
}

/** Does it, and waits until the node has ended. */
export async function terminate(
  docker: Docker,
  id: string,
  termination: Termination,
  signal: AbortSignal,
): Promise<void> {
  signal.throwIfAborted()
  const container = docker.getContainer(id)
  const late = AbortSignal.timeout(underLoad(OOM_MS, machineLoad()))
  const abortSignal = AbortSignal.any([signal, late])
  const ended: Promise<unknown> = container.wait({abortSignal})
  ended.catch(() => undefined)
  await TERMINATIONS[termination](container).catch((error: unknown) => {
    if (!isDone(error)) throw error
  })
  await ended.catch((error: unknown) => {
    signal.throwIfAborted()
    if (isNotFound(error)) return
    if (!late.aborted) throw error
    throw new LabError('fault-impossible', `The node is still alive ${OOM_MS / 1000} s after its ${termination}.`, {
      next: ['apim-lab status'],
    })
  })
}
