import {LabError} from '../../errors.js'
import type {EngineInfo} from '../../engine/engine.js'
import type {Topology} from '../../model/topology.js'

const MEGABYTE = 1024 * 1024

/** Memory limits of all nodes added up, in MB. */
export const memoryNeeded = ({nodes}: Topology): number => nodes.reduce((sum, {memoryMb}) => sum + memoryMb, 0)

/** Throws `memory-short` with the sum and what would help. */
export function checkMemory(topology: Topology, {memoryBytes}: Pick<EngineInfo, 'memoryBytes'>): void {
  const needed = memoryNeeded(topology)
  const has = Math.floor(memoryBytes / MEGABYTE)
  if (needed <= has) return
  throw new LabError(
    'memory-short',
    `The nodes may use ${needed} MB together (${topology.nodes.length} nodes), the engine has ${has} MB.`,
    {
      evidence: topology.nodes.map(({name, memoryMb}) => `${name}: ${memoryMb} MB`),
      next: [
        ...(topology.nodes.some(({spec}) => spec.analytics) ? ['apim-lab up --no-analytics'] : []),
        ...(topology.release.builtIn ? [] : ['apim-lab up --release mini']),
        'apim-lab up --force (starts all the same)',
      ],
    },
  )
}
