import {BenchLab, linesSince} from './bench-lab.js'
import type {Bench, Context} from './context.js'
import {readContainerProcesses} from './cpu.js'
import type {Figure} from './figures.js'
import {containerParts, engineParts, snapshot, sum, type Part} from './snapshot.js'

const SECONDS = 60
/** After an `up` the last links are made, the engine puts things away, and the first checks of a node are compiled as they run: 0.08 CPU-s each. */
const SETTLE_SECONDS = 60
/** Of one processor. */
const MOST_PERCENT = 3
const MOST_LINES = 0

export interface IdleCost {
  readonly percent: number
  readonly parts: readonly Part[]
  /** By container. */
  readonly lines: ReadonlyMap<string, number>
}

/**
 * What a lab that nobody uses costs for that long: its containers and the engine, which has nothing else to do. A health check counts once:
 * with the shim that waits for it.
 */
export async function idleCost(lab: BenchLab, context: Context, seconds: number): Promise<IdleCost> {
  await context.pause(SETTLE_SECONDS)
  const containers = await lab.containers()
  const since = new Date()
  const before = await snapshot(containers, readContainerProcesses)
  const start = performance.now()
  await context.pause(seconds)
  const after = await snapshot(containers, readContainerProcesses)
  const elapsed = (performance.now() - start) / 1000
  const parts = [...containerParts(before, after), ...engineParts(before, after)]
  const lines = await Promise.all(
    [...containers].map(async ([name, id]) => [name, await linesSince(id, since)] as const),
  )
  return {percent: (sum(parts) / elapsed) * 100, parts, lines: new Map(lines)}
}

export const idle: Bench = {
  summary: `a lab that nobody uses, for ${SECONDS} s: CPU of its containers and the engine, lines that it writes`,
  run: context =>
    BenchLab.with(context, async lab => {
      await lab.up()
      const {percent, parts, lines} = await idleCost(lab, context, SECONDS)
      return [
        {name: 'idle, of one processor', value: percent, unit: '%', most: MOST_PERCENT},
        ...parts.map(({part, seconds}): Figure => ({name: part, value: seconds, unit: 'CPU-s'})),
        ...[...lines].map(([name, count]): Figure => ({
          name: `lines of ${name}`,
          value: count,
          unit: '',
          most: MOST_LINES,
        })),
      ]
    }),
}
