import {cpus, loadavg} from 'node:os'
import {setTimeout} from 'node:timers/promises'
import type {Figure} from './figures.js'
import {Load} from './load.js'
import {measure, type Measured, type MeasureOptions} from './measure.js'

/** What every bench is given. */
export class Context {
  #load: Load | undefined

  constructor(
    readonly signal: AbortSignal,
    readonly say: (text: string) => void,
  ) {}

  /** Measures a command, without the CPU-seconds of the bench's own load. */
  async measure(command: string, args: readonly string[], options: MeasureOptions = {}): Promise<Measured> {
    const before = (await this.#load?.cpuSeconds()) ?? 0
    const measured = await measure(command, args, {...options, signal: this.signal})
    const load = ((await this.#load?.cpuSeconds()) ?? 0) - before
    return {...measured, cpuSeconds: measured.cpuSeconds - load}
  }

  async pause(seconds: number): Promise<void> {
    await setTimeout(seconds * 1000, undefined, {signal: this.signal})
  }

  /** With as many busy processes beside it as the machine has processors. */
  async underLoad<T>(use: () => Promise<T>): Promise<T> {
    const load = (this.#load = Load.start(cpus().length))
    try {
      return await use()
    } finally {
      this.#load = undefined
      await load.stop()
    }
  }
}

export interface Bench {
  readonly summary: string
  readonly run: (context: Context) => Promise<readonly Figure[]>
}

/** A machine is quiet below this load average of the last minute. */
const QUIET = 1.5
const QUIET_DEADLINE_SECONDS = 60

/** Waits until the machine is quiet, for a minute at most; says when it is not. */
export async function untilQuiet(context: Context): Promise<void> {
  const load = () => loadavg()[0]!
  for (let waited = 0; load() > QUIET && waited < QUIET_DEADLINE_SECONDS; waited += 5) await context.pause(5)
  if (load() > QUIET) context.say(`the machine is not quiet: load average ${load().toFixed(2)}`)
}
