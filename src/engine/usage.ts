import type Docker from 'dockerode'
import type {NodeLife} from './engine.js'
import {isNotFound, orNothing} from './engine-errors.js'
import {endOf} from './node-end.js'

interface MemoryStats {
  readonly usage?: number
  readonly stats?: Readonly<Record<string, number>>
}

const used = ({usage = 0, stats = {}}: MemoryStats) =>
  Math.max(0, usage - (stats['inactive_file'] ?? stats['total_inactive_file'] ?? 0))

/** Memory of a container in bytes, as `docker stats` counts it; 0 for one that is gone. May take a second on older engines. */
export async function memoryOf(docker: Docker, id: string): Promise<number> {
  try {
    const stats = (await docker.getContainer(id).stats({stream: false, 'one-shot': true})) as {
      memory_stats?: MemoryStats
    }
    return used(stats.memory_stats ?? {})
  } catch (error) {
    if (isNotFound(error)) return 0
    throw error
  }
}

/** The life of a container; one that is gone has none. */
export async function lifeOf(docker: Docker, id: string): Promise<NodeLife> {
  const found = await orNothing(docker.getContainer(id).inspect())
  const end = found && endOf(found)
  return {...(found && {started: found.State.StartedAt}), restarts: found?.RestartCount ?? 0, ...(end && {end})}
}
