import type {Engine} from '../../engine/engine.js'
import {LabError} from '../../errors.js'
import type {Topology} from '../../model/topology.js'
import {checkPorts} from './check-ports.js'
import {explainFullDisk} from './explain-full-disk.js'

/**
 * The better error for a run that failed: who took a port between the check and the start, or how full the engine's disk is; the error itself
 * where there is none. `publishes`: the run was to publish the lab's ports.
 */
export async function explainFailure(
  error: unknown,
  publishes: boolean,
  topology: Topology,
  engine: Engine,
): Promise<unknown> {
  const taken = publishes && isEngineFailure(error) ? await portTaken(engine, topology) : undefined
  return taken ?? (await explainFullDisk(error, engine)) ?? error
}

const isEngineFailure = (error: unknown) => error instanceof LabError && error.code === 'engine-failed'

const portTaken = (engine: Engine, topology: Topology): Promise<unknown> =>
  checkPorts(engine, topology).then(
    () => undefined,
    (error: unknown) => (error instanceof LabError && error.code === 'port-taken' ? error : undefined),
  )
