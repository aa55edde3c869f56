import {spawn, type ChildProcess} from 'node:child_process'
import {once} from 'node:events'
import {readProcessCpu} from './cpu.js'

/** Busy until it is killed, or until the bench is gone without having done so. */
const BUSY = 'const parent = process.ppid; while (process.ppid === parent) for (let i = 0; i < 1e7; i++);'

/** Processes that keep the machine busy. */
export class Load {
  private constructor(private readonly processes: readonly ChildProcess[]) {}

  static start(count: number): Load {
    return new Load(
      Array.from({length: count}, () => spawn(process.execPath, ['-e', BUSY], {stdio: 'ignore', detached: true})),
    )
  }

  get pids(): readonly number[] {
    return this.processes.map(({pid}) => pid!)
  }

  /** CPU-seconds that they have had so far. */
  async cpuSeconds(): Promise<number> {
    const all = await Promise.all(this.pids.map(readProcessCpu))
    return all.reduce((total, cpu) => total + (cpu?.own ?? 0), 0)
  }

  async stop(): Promise<void> {
    const running = this.processes.filter(({exitCode, signalCode}) => exitCode === null && signalCode === null)
    const ended = running.map(child => once(child, 'exit'))
    for (const child of running) child.kill('SIGKILL')
    await Promise.all(ended)
  }
}
