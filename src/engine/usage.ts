import type Docker from 'dockerode'
import {isNotFound, orNothing} from './engine-errors.js'

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

/** When a container was started last, as the engine writes it; undefined for one that is gone. */
export async function startOf(docker: Docker, id: string): Promise<string | undefined> {
  return (await orNothing(docker.getContainer(id).inspect()))?.State.StartedAt
}

/** How often the engine restarted a container; 0 for one that is gone. */
export async function restartsOf(docker: Docker, id: string): Promise<number> {
  try {
    return (await docker.getContainer(id).inspect()).RestartCount
  } catch (error) {
    if (isNotFound(error)) return 0
    throw error
  }
}
