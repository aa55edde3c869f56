import type Docker from 'dockerode'
import {isNotFound} from './engine-errors.js'

export interface NodeUsage {
  /** As `docker stats` counts it: without the page cache that can be given back. */
  readonly memoryBytes: number
  readonly restarts: number
}

interface MemoryStats {
  readonly usage?: number
  readonly stats?: Readonly<Record<string, number>>
}

const used = ({usage = 0, stats = {}}: MemoryStats) =>
  Math.max(0, usage - (stats['inactive_file'] ?? stats['total_inactive_file'] ?? 0))

async function usageOf(docker: Docker, id: string): Promise<NodeUsage | undefined> {
  const container = docker.getContainer(id)
  try {
    const [stats, info] = await Promise.all([
      container.stats({'stream': false, 'one-shot': true}) as Promise<{memory_stats?: MemoryStats}>,
      container.inspect(),
    ])
    return {memoryBytes: used(stats.memory_stats ?? {}), restarts: info.RestartCount}
  } catch (error) {
    if (isNotFound(error)) return undefined
    throw error
  }
}

/** Memory and restarts of containers, by id; one that is gone meanwhile is left out. */
export async function usageOfAll(docker: Docker, ids: readonly string[]): Promise<ReadonlyMap<string, NodeUsage>> {
  const entries = await Promise.all(ids.map(async id => [id, await usageOf(docker, id)] as const))
  return new Map(entries.flatMap(([id, usage]) => (usage ? [[id, usage] as const] : [])))
}
