import type Docker from 'dockerode'
import {nanosOf} from '../model/instant.js'
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

const NEVER = '0001-01-01T00:00:00Z'

/**
 * From when on a container's log is that of its last run; undefined: all of it. The first lines of a run may be older than its start, and the last
 * ones younger than its end, by what the engine takes to note them: so a run that goes on begins half-way after the end before it.
 */
function logFrom({Running, StartedAt, FinishedAt}: Docker.ContainerInspectInfo['State']): bigint | undefined {
  const [started, ended] = [StartedAt, FinishedAt].map(at => (at === NEVER ? undefined : nanosOf(at)))
  if (!Running || started === undefined) return started
  return ended === undefined ? undefined : (started + ended) / 2n
}

/** The life of a container; one that is gone has none. */
export async function lifeOf(docker: Docker, id: string): Promise<NodeLife> {
  const found = await orNothing(docker.getContainer(id).inspect())
  if (!found) return {restarts: 0}
  const end = endOf(found)
  const from = logFrom(found.State)
  return {
    started: found.State.StartedAt,
    restarts: found.RestartCount ?? 0,
    ...(end && {end}),
    ...(from !== undefined && {logFrom: from}),
  }
}
