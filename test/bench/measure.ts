import {spawn} from 'node:child_process'
import {once} from 'node:events'
import {readFile} from 'node:fs/promises'
import {setTimeout} from 'node:timers/promises'
import {readMachineCpu} from './cpu.js'

const SAMPLE_MS = 50
/** A command that takes longer hangs. */
const LIMIT_MS = 120_000
/** What was told to end and did not within this is killed. */
const GRACE_MS = 10_000
/** How long the output of a command that has ended is read on. */
const LAST_WORDS_MS = 500

export interface Measured {
  readonly seconds: number
  /** CPU-seconds of the whole machine meanwhile. */
  readonly cpuSeconds: number
  /** Peak resident memory of the process itself; children are not counted. */
  readonly peakMb: number
}

export interface MeasureOptions {
  readonly env?: Readonly<Record<string, string>>
  readonly signal?: AbortSignal
  readonly limitMs?: number
  readonly graceMs?: number
}

async function peakOf(pid: number | undefined): Promise<number> {
  const text = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '')
  return Number(/^VmHWM:\s+(\d+) kB/m.exec(text)?.[1] ?? 0) / 1024
}

/**
 * Runs a command to its end. Throws with its output when it fails, when it takes longer than 120 s and when the signal says so; then
 * its whole process group is ended first.
 */
export async function measure(
  command: string,
  args: readonly string[],
  {env = {}, signal, limitMs = LIMIT_MS, graceMs = GRACE_MS}: MeasureOptions = {},
): Promise<Measured> {
  signal?.throwIfAborted()
  const shown = `${command} ${args.join(' ')}`
  const cpuBefore = await readMachineCpu()
  const start = process.hrtime.bigint()
  // A group of its own: Ctrl-C is ours to hand on, and whoever the command has started ends with it.
  const child = spawn(command, args, {
    env: {...process.env, ...env},
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', chunk => (output += String(chunk)))
  const closed = once(child, 'close').catch(() => {})
  // Not `close`: a process that it has left behind may keep its output open.
  const exit = once(child, 'exit').then(([code]) => ({code: code as number | null}))
  const kill = (name: NodeJS.Signals) => {
    try {
      process.kill(-child.pid!, name)
    } catch {
      // It is gone.
    }
  }
  const over = new AbortController()
  const limit = AbortSignal.timeout(limitMs)
  const end = () => {
    kill('SIGTERM')
    void setTimeout(graceMs, undefined, {signal: over.signal}).then(
      () => kill('SIGKILL'),
      () => {},
    )
  }
  for (const it of [limit, ...(signal ? [signal] : [])]) it.addEventListener('abort', end, {once: true})
  let peakMb = 0
  void (async () => {
    while (!over.signal.aborted) {
      peakMb = Math.max(peakMb, await peakOf(child.pid))
      await setTimeout(SAMPLE_MS)
    }
  })()
  try {
    const {code} = await exit
    const seconds = Number(process.hrtime.bigint() - start) / 1e9
    signal?.throwIfAborted()
    if (limit.aborted || code !== 0) await Promise.race([closed, setTimeout(LAST_WORDS_MS)])
    if (limit.aborted) throw new Error(`${shown} took longer than ${limitMs / 1000} s:\n${output}`)
    if (code !== 0) throw new Error(`${shown} ended with ${code}:\n${output}`)
    return {seconds, cpuSeconds: (await readMachineCpu()) - cpuBefore, peakMb}
  } finally {
    over.abort()
    signal?.removeEventListener('abort', end)
    limit.removeEventListener('abort', end)
    child.stdout.destroy()
    child.stderr.destroy()
    child.unref()
  }
}
