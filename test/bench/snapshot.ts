import {
  readContainerCpu,
  readContainersCpu,
  readMachineCpu,
  readProcessCpu,
  readProcesses,
  type ProcessCpu,
} from './cpu.js'

/** All counters of CPU-seconds at one moment. */
export interface Snapshot {
  readonly machine: number
  /** The engine's processes, by process id. */
  readonly engine: ReadonlyMap<number, ProcessCpu>
  /** By the container's name. */
  readonly containers: ReadonlyMap<string, number>
  /** Of all containers that there are and were. */
  readonly allContainers: number | undefined
  /** The bench's process: its children are the commands that it measures. */
  readonly bench: ProcessCpu
}

export interface Part {
  readonly part: string
  /** CPU-seconds. */
  readonly seconds: number
}

/** The engine's processes, as the kernel names them, and what they are called in a table. */
const ENGINE: Readonly<Record<string, string>> = {
  dockerd: 'dockerd',
  containerd: 'containerd',
  'containerd-shim': 'shims',
  'docker-proxy': 'proxies of ports',
}

/** Containers by name, with their ids; `readContainer` gives the CPU-seconds of one. */
export async function snapshot(
  containers: ReadonlyMap<string, string>,
  readContainer = readContainerCpu,
): Promise<Snapshot> {
  const [machine, engine, allContainers, bench, used] = await Promise.all([
    readMachineCpu(),
    readProcesses(Object.keys(ENGINE)),
    readContainersCpu(),
    readProcessCpu(process.pid),
    Promise.all([...containers].map(async ([name, id]) => [name, (await readContainer(id)) ?? 0] as const)),
  ])
  return {machine, engine, allContainers, bench: bench!, containers: new Map(used)}
}

/** CPU-seconds of the engine's processes between two moments; what was started in between had none before. */
export function engineParts(before: Snapshot, after: Snapshot): readonly Part[] {
  const parts = new Map<string, number>()
  const add = (part: string, seconds: number) => parts.set(part, (parts.get(part) ?? 0) + seconds)
  for (const [pid, {name, own, children}] of after.engine) {
    const was = before.engine.get(pid)
    add(ENGINE[name]!, own - (was?.own ?? 0))
    add(`${ENGINE[name]}, children that ended`, children - (was?.children ?? 0))
  }
  return [...parts].map(([part, seconds]) => ({part, seconds}))
}

/** CPU-seconds of each container between two moments. */
export const containerParts = (before: Snapshot, after: Snapshot): readonly Part[] =>
  [...after.containers].map(([part, seconds]) => ({part, seconds: seconds - (before.containers.get(part) ?? 0)}))

export const sum = (parts: readonly Part[]): number => parts.reduce((total, {seconds}) => total + seconds, 0)

/** Where the whole machine's CPU-seconds between two moments went; one command ran in between. */
export function allParts(before: Snapshot, after: Snapshot): readonly Part[] {
  const containers = containerParts(before, after)
  const known = [
    ...containers,
    ...(after.allContainers === undefined
      ? []
      : [
          {
            part: 'containers that ended (schema, helper)',
            seconds: after.allContainers - (before.allContainers ?? 0) - sum(containers),
          },
        ]),
    ...engineParts(before, after),
    {part: 'the command itself', seconds: after.bench.children - before.bench.children},
    {part: 'this bench', seconds: after.bench.own - before.bench.own},
  ]
  const total = after.machine - before.machine
  return [
    ...known,
    {part: 'the rest (shims and helpers of the engine that ended, kernel, others)', seconds: total - sum(known)},
    {part: 'whole machine', seconds: total},
  ]
}
