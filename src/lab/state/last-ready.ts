import * as z from 'zod'
import type {LabFolder} from '../../disk/lab-folder.js'
import type {Engine} from '../../engine/engine.js'
import {fromJson} from '../../model/from-json.js'
import {nodesOf, withHealthy, type ObservedLab, type ObservedNode} from '../../plan/observed.js'

/** By instance of a node: the start since which it was seen ready, and when that was first seen: ms since 1970, by the clock of this machine. */
type SeenReady = Readonly<Record<string, {readonly started: string; readonly atMs: number}>>

const SEEN = z.record(z.string(), z.object({started: z.string(), atMs: z.number()}))

/** What can't be read is only asked for anew. */
const parse = (text: string | undefined): SeenReady => fromJson(SEEN, text ?? '{}') ?? {}

const running = ({state}: ObservedNode) => state === 'running'

/** Notes that all nodes that run now were seen ready. */
export async function writeLastReady(folder: LabFolder, engine: Engine, lab: string): Promise<void> {
  const nodes = nodesOf(await engine.observe(lab)).filter(running)
  const before = parse(await folder.readPrivate('ready'))
  const now = Date.now()
  const starts = await Promise.all(
    nodes.map(async node => {
      const {started = ''} = await engine.lifeOf(node)
      const seen = before[node.instance]
      return [node.instance, seen?.started === started ? seen : {started, atMs: now}] as const
    }),
  )
  await folder.writePrivate('ready', JSON.stringify(Object.fromEntries(starts)))
}

/** Nodes that run as they did when they were seen ready, and when that was: ms since 1970, by the clock of this machine. */
export async function seenReady(
  observed: ObservedLab,
  folder: LabFolder,
  engine: Engine,
): Promise<readonly {readonly name: string; readonly atMs: number}[]> {
  const ready = parse(await folder.readPrivate('ready'))
  const nodes = await Promise.all(
    nodesOf(observed).map(async node => {
      const seen = ready[node.instance]
      if (!seen || !running(node)) return []
      return seen.started === (await engine.lifeOf(node)).started ? [{name: node.name, atMs: seen.atMs}] : []
    }),
  )
  return nodes.flat()
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
      const {started} = seen[instance] ?? {}
      return started !== undefined && started === (await engine.lifeOf(node)).started ? [instance] : []
    }),
  )
  return withHealthy(observed, new Set(proven.flat()))
}
