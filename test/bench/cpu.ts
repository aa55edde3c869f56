// Where CPU-seconds go, read from the kernel's counters.
import {readdir, readFile} from 'node:fs/promises'
import {join} from 'node:path'

/** The kernel's USER_HZ: 100 on every architecture that Node runs on. */
const TICKS_PER_SECOND = 100

/** CPU-seconds of a process since its start. */
export interface ProcessCpu {
  /** As the kernel has it: 15 characters at most. */
  readonly name: string
  readonly own: number
  /** Of its children that have ended and that it has waited for, with theirs. */
  readonly children: number
}

const seconds = (ticks: readonly string[], text: string): number => {
  const sum = ticks.reduce((total, tick) => total + Number(tick), 0) / TICKS_PER_SECOND
  if (ticks.length === 0 || Number.isNaN(sum)) throw new Error(`no CPU times: ${text.slice(0, 80)}`)
  return sum
}

/** CPU-seconds that the whole machine was busy, from /proc/stat: without idle, waiting for I/O, and what other guests of the host took. */
export function machineCpu(text: string): number {
  const [, user, nice, system, , , irq, softIrq] = /^cpu +(.*)$/m.exec(text)?.[0].split(/ +/) ?? []
  return seconds([user ?? '', nice ?? '', system ?? '', irq ?? '', softIrq ?? ''].filter(Boolean), text)
}

/** From /proc/PID/stat. The name may have blanks and brackets in it: what counts is the last bracket. */
export function processCpu(text: string): ProcessCpu {
  const end = text.lastIndexOf(')')
  const fields = text.slice(end + 2).split(' ')
  // Fields 14 to 17 of proc(5); the first one after the name is the third.
  const [user, system, childrenUser, childrenSystem] = fields.slice(11, 15)
  return {
    name: text.slice(text.indexOf('(') + 1, end),
    own: seconds(
      [user, system].filter(it => it !== undefined),
      text,
    ),
    children: seconds(
      [childrenUser, childrenSystem].filter(it => it !== undefined),
      text,
    ),
  }
}

/** CPU-seconds of a control group: nanoseconds of `cpuacct.usage`, version 1. */
export function cgroupV1Cpu(text: string): number {
  if (!/^\d+\n?$/.test(text)) throw new Error(`no CPU time: ${text.slice(0, 80)}`)
  return Number(text) / 1e9
}

/** CPU-seconds of a control group: `usage_usec` of `cpu.stat`, version 2. */
export function cgroupV2Cpu(text: string): number {
  const [, micros] = /^usage_usec (\d+)$/m.exec(text) ?? []
  if (micros === undefined) throw new Error(`no usage_usec: ${text.slice(0, 80)}`)
  return Number(micros) / 1e6
}

/** A control group: its folder, and the counter in it. */
interface Place {
  readonly folder: string
  readonly counter: string
  readonly parse: (text: string) => number
}

const v1 = (folder: string): Place => ({folder, counter: 'cpuacct.usage', parse: cgroupV1Cpu})
const v2 = (folder: string): Place => ({folder, counter: 'cpu.stat', parse: cgroupV2Cpu})

/** Where engines put the control group of a container, by version and driver. */
const placesOf = (id: string): readonly Place[] => [
  v1(`/sys/fs/cgroup/cpuacct/docker/${id}`),
  v1(`/sys/fs/cgroup/cpuacct/system.slice/docker-${id}.scope`),
  v2(`/sys/fs/cgroup/system.slice/docker-${id}.scope`),
  v2(`/sys/fs/cgroup/docker/${id}`),
]

/** Of all containers that there are and were, where the engine has a control group around them. */
const AROUND: readonly Place[] = [v1('/sys/fs/cgroup/cpuacct/docker'), v2('/sys/fs/cgroup/docker')]

const read = (file: string) => readFile(file, 'utf8').catch(() => undefined)

async function firstOf(places: readonly Place[]): Promise<number | undefined> {
  for (const {folder, counter, parse} of places) {
    const text = await read(join(folder, counter))
    if (text !== undefined) return parse(text)
  }
  return undefined
}

/** CPU-seconds of the whole machine since its start. */
export const readMachineCpu = async (): Promise<number> => machineCpu(await readFile('/proc/stat', 'utf8'))

/** Undefined for a process that is gone. */
export async function readProcessCpu(pid: number): Promise<ProcessCpu | undefined> {
  const text = await read(`/proc/${pid}/stat`)
  return text === undefined ? undefined : processCpu(text)
}

/** CPU-seconds of a container since its start; undefined for one that does not run. */
export const readContainerCpu = (id: string): Promise<number | undefined> => firstOf(placesOf(id))

/**
 * CPU-seconds of the processes that a container has now, and of those that they have waited for. What the engine ran in it, as health
 * checks are, is not in it when it has ended: its shim has waited for that.
 */
export async function readContainerProcesses(id: string): Promise<number | undefined> {
  for (const {folder} of placesOf(id)) {
    const pids = await read(join(folder, 'cgroup.procs'))
    if (pids === undefined) continue
    const all = await Promise.all(pids.split('\n').filter(Boolean).map(Number).map(readProcessCpu))
    return all.reduce((total, process) => total + (process ? process.own + process.children : 0), 0)
  }
  return undefined
}

/** CPU-seconds of all containers that there are and were; undefined where the engine does not sum them up. */
export const readContainersCpu = (): Promise<number | undefined> => firstOf(AROUND)

/** The processes with one of these names, by process id. */
export async function readProcesses(names: readonly string[]): Promise<ReadonlyMap<number, ProcessCpu>> {
  const pids = (await readdir('/proc')).filter(entry => /^\d+$/.test(entry)).map(Number)
  const all = await Promise.all(pids.map(async pid => [pid, await readProcessCpu(pid)] as const))
  return new Map(
    all.filter((entry): entry is [number, ProcessCpu] => entry[1] !== undefined && names.includes(entry[1].name)),
  )
}
