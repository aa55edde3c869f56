import {readFile} from 'node:fs/promises'

/** Where container engines put a container's control group, by version and driver. */
const PLACES: readonly ((id: string) => {readonly usage: string; readonly stat: string})[] = [
  id => v2(`/sys/fs/cgroup/system.slice/docker-${id}.scope`),
  id => v2(`/sys/fs/cgroup/docker/${id}`),
  id => v1(`/sys/fs/cgroup/memory/docker/${id}`),
  id => v1(`/sys/fs/cgroup/memory/system.slice/docker-${id}.scope`),
]

const v2 = (folder: string) => ({usage: `${folder}/memory.current`, stat: `${folder}/memory.stat`})
const v1 = (folder: string) => ({usage: `${folder}/memory.usage_in_bytes`, stat: `${folder}/memory.stat`})

const read = (path: string) => readFile(path, 'utf8').catch(() => undefined)

/**
 * Memory of a container in bytes, without the page cache that can be given back, as `docker stats` counts it; undefined where this
 * machine has no control group of that name (the engine runs in a virtual machine). Engines such as 20.10 answer the same
 * question only once a second.
 */
export async function containerMemory(id: string): Promise<number | undefined> {
  for (const place of PLACES) {
    const {usage, stat} = place(id)
    const [used, details] = await Promise.all([read(usage), read(stat)])
    if (used === undefined || details === undefined) continue
    const cache = /^(?:total_)?inactive_file (\d+)$/m.exec(details)?.[1] ?? '0'
    return Math.max(0, Number(used) - Number(cache))
  }
  return undefined
}
