import type {ChildProcess} from 'node:child_process'
import {readFile} from 'node:fs/promises'
import process from 'node:process'
import {fileURLToPath} from 'node:url'
import {execa} from 'execa'
import {readProcessCpu} from './cpu.js'

export interface Round {
  readonly perSecond: number
  /** Milliseconds. */
  readonly p50: number
  readonly p99: number
  /** Microseconds of CPU that the proxy took for a call. */
  readonly cpu: number
}

export interface Side {
  readonly process: ChildProcess
  readonly url: string
}

/** CPU-seconds that a process has had, its children's not among them. Throws Error if it is gone. */
async function cpuOf({pid}: ChildProcess): Promise<number> {
  const cpu = await readProcessCpu(pid ?? 0)
  if (!cpu) throw new Error(`process ${pid} is gone`)
  return cpu.own
}

/** Megabytes of memory that a process holds now. */
export const memoryOf = async ({pid}: ChildProcess): Promise<number> => {
  const status = await readFile(`/proc/${pid}/status`, 'utf8')
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) / 1024
}

const UNITS: Readonly<Record<string, number>> = {us: 0.001, ms: 1, s: 1000}

/** Calls a proxy for so many seconds over so many connections. Throws Error if a call was not answered well. */
export async function load(
  {process: proxy, url}: Side,
  token: string,
  seconds: number,
  connections: number,
): Promise<Round> {
  const args = ['-t1', `-c${connections}`, `-d${seconds}s`, '--latency', '-H', `Authorization: Bearer ${token}`, url]
  const before = await cpuOf(proxy)
  const {stdout} = await execa('wrk', args)
  const spent = (await cpuOf(proxy)) - before
  if (/Non-2xx|Socket errors/.test(stdout)) throw new Error(`not every call was answered well:\n${stdout}`)
  const percentile = (name: string) => {
    const [, value = '', unit = ''] = new RegExp(`${name}%\\s+([\\d.]+)(us|ms|s)`).exec(stdout) ?? []
    return Number(value) * (UNITS[unit] ?? 1)
  }
  return {
    perSecond: Number(/Requests\/sec:\s+([\d.]+)/.exec(stdout)?.[1]),
    p50: percentile('50'),
    p99: percentile('99'),
    cpu: (spent * 1e6) / Number(/(\d+) requests in/.exec(stdout)?.[1]),
  }
}

/** What calls at a constant rate took, from when they were due: milliseconds. */
export interface Steady {
  readonly p50: number
  readonly p99: number
}

/** Collecting garbage on all processors at once, a caller would measure itself. As mini's nodes, package.json starts the bench so too. */
const FLAGS = ['--single-threaded-gc', '--max-semi-space-size=16']
const STEADY = fileURLToPath(new URL('steady.ts', import.meta.url))

/** Calls a proxy at a constant rate. Throws Error if a call was not answered well, or fewer were answered than were due. */
export async function steady(
  {url}: Side,
  token: string,
  rate: number,
  seconds: number,
  connections: number,
): Promise<Steady> {
  const args = [url, token, ...[rate, seconds, connections].map(String)]
  const {stdout} = await execa(process.execPath, [...FLAGS, '--import', 'tsx', STEADY, ...args])
  const {calls, ...times} = JSON.parse(stdout) as Steady & {calls: number}
  if (calls < rate * seconds * 0.99) throw new Error(`${calls} calls were answered of ${rate * seconds}`)
  return times
}
