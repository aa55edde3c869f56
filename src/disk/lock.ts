import {randomUUID} from 'node:crypto'
import {link, open, readFile, rename, rm} from 'node:fs/promises'
import {setTimeout} from 'node:timers/promises'
import {LabError} from '../errors.js'

export interface LockHolder {
  readonly pid: number
  /** When that process started, as the system tells it: a pid is used again. */
  readonly processStart: string
  readonly command: string
  readonly since: string
}

/** What the lock must know of processes; the command line provides it. */
export interface Processes {
  readonly self: {readonly pid: number; readonly command: string}
  /** When the process started, in the system's own unit; undefined where no such process runs. */
  startOf(pid: number): Promise<string | undefined>
}

export interface LockOptions {
  readonly file: string
  readonly lab: string
  readonly processes: Processes
  /** Wait for the holder instead of failing at once. */
  readonly wait: boolean
  readonly signal: AbortSignal
  readonly onWait?: (holder: LockHolder) => void
}

const POLL_MS = 100

/** A holder that is still being written is empty; one that was cut off stays so and counts as dead. */
async function readHolder(file: string): Promise<{text: string; holder: LockHolder | undefined} | undefined> {
  const text = await readFile(file, 'utf8').catch(() => undefined)
  if (text === undefined) return undefined
  try {
    return {text, holder: JSON.parse(text) as LockHolder}
  } catch {
    return {text, holder: undefined}
  }
}

async function create(file: string, content: string): Promise<boolean> {
  // Linked into place whole, so that nobody reads half a holder.
  const temporary = `${file}.${randomUUID()}`
  const handle = await open(temporary, 'wx', 0o600)
  try {
    await handle.writeFile(content)
  } finally {
    await handle.close()
  }
  try {
    await link(temporary, file)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  } finally {
    await rm(temporary, {force: true})
  }
}

/** Takes the file of a dead holder away, unless somebody else did so and holds the lock by now. */
async function clear(file: string, seen: string): Promise<void> {
  const aside = `${file}.${randomUUID()}`
  try {
    await rename(file, aside)
  } catch {
    return
  }
  const taken = await readFile(aside, 'utf8').catch(() => '')
  if (taken !== seen) await link(aside, file).catch(() => undefined)
  await rm(aside, {force: true})
}

/** Holds the lab for one command. Throws `lab-locked` naming the holder. Returns what gives it back. */
export async function lockLab({file, lab, processes, wait, signal, onWait}: LockOptions): Promise<() => Promise<void>> {
  const {pid, command} = processes.self
  const mine = JSON.stringify({
    pid,
    processStart: (await processes.startOf(pid)) ?? '',
    command,
    since: new Date().toISOString(),
  } satisfies LockHolder)
  let told = false
  for (;;) {
    if (await create(file, mine)) return () => release(file, mine)
    const found = await readHolder(file)
    if (!found) continue
    const {holder, text} = found
    if (!holder || (await processes.startOf(holder.pid)) !== holder.processStart) {
      await clear(file, text)
      continue
    }
    if (!wait)
      throw new LabError(
        'lab-locked',
        `Lab ${lab} is in use by process ${holder.pid} since ${holder.since}: ${holder.command}`,
        {
          next: [`${command} --wait`],
        },
      )
    if (!told) onWait?.(holder)
    told = true
    await setTimeout(POLL_MS, undefined, {signal})
  }
}

async function release(file: string, mine: string): Promise<void> {
  const text = await readFile(file, 'utf8').catch(() => undefined)
  if (text === mine) await rm(file, {force: true})
}
