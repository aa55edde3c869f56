import {readFile} from 'node:fs/promises'
import {setTimeout} from 'node:timers/promises'
import {execa} from 'execa'

const SAMPLE_MS = 10
/** A command that takes longer hangs. */
const LIMIT_MS = 120_000

export interface Measured {
  readonly seconds: number
  /** Peak resident memory of the process itself; children are not counted. */
  readonly peakMb: number
}

async function peakOf(pid: number | undefined): Promise<number> {
  const text = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '')
  return Number(/^VmHWM:\s+(\d+) kB/m.exec(text)?.[1] ?? 0) / 1024
}

/** Runs a command to its end. Throws with its output when it fails. */
export async function measure(
  command: string,
  args: readonly string[],
  env: Record<string, string>,
): Promise<Measured> {
  const start = process.hrtime.bigint()
  const child = execa(command, args, {env, all: true, reject: false, timeout: LIMIT_MS})
  let running = true
  let peakMb = 0
  const sampling = (async () => {
    while (running) {
      peakMb = Math.max(peakMb, await peakOf(child.pid))
      await setTimeout(SAMPLE_MS)
    }
  })()
  const {exitCode, all} = await child
  const seconds = Number(process.hrtime.bigint() - start) / 1e9
  running = false
  await sampling
  if (exitCode !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${exitCode}:\n${all}`)
  return {seconds, peakMb}
}

/** The middle one of an odd number of values. */
export const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!
