import type {LabFolder} from '../../disk/lab-folder.js'
import type {Engine} from '../../engine/engine.js'
import {nodesOf, withHealthy, type ObservedLab, type ObservedNode} from '../../plan/observed.js'

/** By instance of a node: the start since which it was seen ready. */
type SeenReady = Readonly<Record<string, string>>

function parse(text: string | undefined): SeenReady {
  try {
    const value: unknown = JSON.parse(text ?? '{}')
    return typeof value === 'object' && value !== null ? (value as SeenReady) : {}
  } catch {
    return {}
  }
}

const running = ({state}: ObservedNode) => state === 'running'

/** Notes that all nodes that run now were seen ready. */
export async function writeLastReady(folder: LabFolder, engine: Engine, lab: string): Promise<void> {
  const nodes = nodesOf(await engine.observe(lab)).filter(running)
  const starts = await Promise.all(
    nodes.map(async node => [node.instance, (await engine.lifeOf(node)).started ?? ''] as const),
  )
  await folder.writePrivate('ready', JSON.stringify(Object.fromEntries(starts)))
}

/** Nodes that run as they did when they were seen ready, and by when that was: ms since 1970, by the clock of this machine. */
export async function seenReady(
  observed: ObservedLab,
  folder: LabFolder,
  engine: Engine,
): Promise<{readonly nodes: readonly string[]; readonly byMs: number}> {
  const seen = parse(await folder.readPrivate('ready'))
  const nodes = await Promise.all(
    nodesOf(observed).map(async node => {
      const {name, instance} = node
      if (!running(node) || !Object.hasOwn(seen, instance)) return []
      return seen[instance] === (await engine.lifeOf(node)).started ? [name] : []
    }),
  )
  return {nodes: nodes.flat(), byMs: (await folder.privateWrittenAt('ready')) ?? 0}
}

/**
 * The lab with what is known better than by health checks: they run seldom, so a node that was seen ready counts as healthy until its
 * first check, if it was not started again since.
 */
export async function withLastReady(observed: ObservedLab, folder: LabFolder, engine: Engine): Promise<ObservedLab> {
  const unsure = nodesOf(observed).filter(node => running(node) && node.health === 'starting')
  if (unsure.length === 0) return observed
  const seen = parse(await folder.readPrivate('ready'))
  const proven = await Promise.all(
    unsure.map(async node => {
      const {instance} = node
      return Object.hasOwn(seen, instance) && seen[instance] === (await engine.lifeOf(node)).started ? [instance] : []
    }),
  )
  return withHealthy(observed, new Set(proven.flat()))
}
