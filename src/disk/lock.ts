import {randomUUID} from 'node:crypto'
import {link, lstat, open, rename, rm} from 'node:fs/promises'
import {setTimeout} from 'node:timers/promises'
import {LabError} from '../errors.js'
import {readIfSound, readIfThere} from './regular-file.js'

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
  const found = await lstat(file).catch(() => undefined)
  if (!found) return undefined
  if (!found.isFile()) throw notALock(file, found.isDirectory())
  const text = (await readIfThere(file))?.toString('utf8')
  if (text === undefined) return undefined
  return {text, holder: parseHolder(text)}
}

function parseHolder(text: string): LockHolder | undefined {
  try {
    const {pid, processStart, command, since} = JSON.parse(text) as Partial<LockHolder>
    if (!Number.isSafeInteger(pid) || pid! < 1) return undefined
    return {pid: pid!, processStart: String(processStart), command: String(command), since: String(since)}
  } catch {
    return undefined
  }
}

const notALock = (file: string, isFolder: boolean) =>
  new LabError('file-unusable', `${file} is not a lock file: the lab's lock has this name.`, {
    next: [isFolder ? `mv ${file} ${file}.old` : `rm ${file}`],
  })

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

/** A file that is taken away by name could be a new one by then: it is looked at after it was moved aside, and put back. */
async function takeAway(file: string, seen: string): Promise<void> {
  const aside = `${file}.${randomUUID()}`
  try {
    await rename(file, aside)
  } catch {
    return
  }
  const taken = String(await readIfSound(aside))
  if (taken !== seen) await link(aside, file).catch(() => undefined)
  await rm(aside, {force: true})
}

/**
 * Removes the lock of a dead holder. One command at a time does so, and nobody else removes a lock that is not its own: what was seen is
 * still there then, or gone. A lock that is moved aside for a look would be free for that moment, and then have two holders.
 */
async function clear(file: string, seen: string, mine: string, {startOf}: Processes): Promise<void> {
  const clearing = `${file}.clearing`
  if (!(await create(clearing, mine))) {
    const found = await readHolder(clearing)
    const isDead = found && (!found.holder || (await startOf(found.holder.pid)) !== found.holder.processStart)
    if (isDead) await takeAway(clearing, found.text)
    return
  }
  try {
    if ((await readHolder(file))?.text === seen) await rm(file, {force: true})
  } finally {
    await rm(clearing, {force: true})
  }
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
      await clear(file, text, mine, processes)
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
  const text = (await readIfSound(file))?.toString('utf8')
  if (text === mine) await rm(file, {force: true})
}
