import {setTimeout as delay} from 'node:timers/promises'
import {isStill, isStopped, processesOf} from './processes.js'

/** Longer than any write takes. */
const STILL_MS = 2000
const POLL_MS = 1

/** Where processes of other containers are found and told. */
export interface Machine {
  readonly processesOf: (containers: readonly string[]) => readonly number[]
  readonly isStopped: (pid: number) => boolean
  readonly isStill: (pid: number) => boolean
  readonly kill: (pid: number, signal: 'SIGSTOP' | 'SIGCONT') => void
}

const THIS_MACHINE: Machine = {processesOf, isStopped, isStill, kill: (pid, signal) => void process.kill(pid, signal)}

/**
 * Stops the processes of containers and lets them go on: by itself after a time, and when this process ends in whatever way it can notice.
 *
 * By signals, and not by the engine's pause: only who has the engine's socket can take that back, and a container with that socket owns
 * the machine. Writing to the control group instead leaves an engine that still believes in its own pause and then refuses to end it. What
 * is stopped by a signal is not known to the engine at all, so nothing has to be put right there; this needs the machine's process numbers and
 * the capability KILL.
 */
export class Freezer {
  readonly #machine: Machine
  #stopped: number[] = []
  #timer: NodeJS.Timeout | undefined
  #since = 0
  #watched: readonly string[] = []
  #watch: NodeJS.Timeout | undefined

  constructor(machine = THIS_MACHINE) {
    this.#machine = machine
  }

  /** Resolves when nothing in these containers runs any more. Throws where that can't be had; then nothing is stopped. */
  async freeze(containers: readonly string[], seconds: number): Promise<void> {
    this.#since = performance.now()
    this.#timer = setTimeout(() => this.thaw(), seconds * 1000)
    const deadline = this.#since + STILL_MS
    try {
      // A process that was not stopped yet may have begun another one.
      while (!this.#stopAll(containers)) {
        if (performance.now() > deadline)
          throw new Error('a process of a node could not be frozen, as where a fault pauses it')
        await delay(POLL_MS)
      }
    } catch (error) {
      this.thaw()
      throw error
    }
  }

  /** Whether all is still, and was before this look. What was stopped before by somebody else is left out of what goes on later. */
  #stopAll(containers: readonly string[]): boolean {
    const {processesOf: processes, isStopped: stopped, isStill: still} = this.#machine
    const found = processes(containers)
    const others = found.filter(pid => !this.#stopped.includes(pid) && !stopped(pid))
    for (const pid of others) this.#signal(pid, 'SIGSTOP')
    return others.length === 0 && found.every(still)
  }

  #signal(pid: number, signal: 'SIGSTOP' | 'SIGCONT'): void {
    try {
      if (signal === 'SIGSTOP') this.#stopped.push(pid)
      this.#machine.kill(pid, signal)
    } catch (error) {
      // It has ended.
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
    }
  }

  /** Lets everything go on. Returns for how many milliseconds it stood still until now; undefined where it went on before. */
  thaw(): number | undefined {
    if (this.#timer === undefined) return undefined
    clearTimeout(this.#timer)
    this.#timer = undefined
    // The last first: who was begun goes on before who waits for it.
    for (const pid of this.#stopped.reverse()) this.#signal(pid, 'SIGCONT')
    this.#stopped = []
    return performance.now() - this.#since
  }

  /** Lets everything go on in these containers after a time, in the place of a helper that was killed. */
  watch(containers: readonly string[], seconds: number): void {
    this.#watched = containers
    this.#watch = setTimeout(() => this.end(), seconds * 1000)
  }

  unwatch(): void {
    clearTimeout(this.#watch)
    this.#watched = []
  }

  /** Lets everything go on, its own and what it watches. */
  end(): void {
    this.thaw()
    if (this.#watched.length > 0) this.thawAll(this.#watched)
    this.unwatch()
  }

  /** Lets everything go on that stands still in these containers, whoever stopped it. */
  thawAll(containers: readonly string[]): void {
    for (const pid of this.#machine.processesOf(containers))
      if (this.#machine.isStopped(pid)) this.#signal(pid, 'SIGCONT')
  }
}
