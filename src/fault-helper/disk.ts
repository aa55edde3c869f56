import {
  chmodSync,
  chownSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmdirSync,
  writeFileSync,
} from 'node:fs'
import {join} from 'node:path'
import {attempt} from '../model/attempt.js'
import type {PlacedFault} from '../model/faults/fault-label.js'
import type {Maker} from './lease.js'
import {idOfMount, inNode, mountInNode, mountsOfNode, runOfNode, sourceOf, unmountInNode} from './mounts.js'
import {record, recorded} from './record.js'

const RUN = 'run'
/** All that is written goes into this much memory, which is full. */
const ROOM = ['size=16k', 'nr_inodes=64', 'mode=755']

/** In the node's /dev, which is memory and its own. */
const placeOf = (id: string) => `/dev/${sourceOf(id)}`

/** The folder, unless it can't be laid over. */
function checked(path: string, node: string) {
  const stats = attempt(() => lstatSync(inNode(path)))
  if (!stats?.isDirectory()) throw new Error(`${node} has no folder ${path}`)
  const below = mountsOfNode().find(({target}) => target.startsWith(`${path}/`))
  if (below) throw new Error(`${below.target} is a volume or a file of its own in it: name a folder that has none`)
  return stats
}

/** Writes until there is no room, neither for bytes nor for another file. */
function fill(place: string): void {
  const FULL = ['ENOSPC', 'EDQUOT']
  const write = (name: string, bytes: number) => {
    try {
      writeFileSync(join(place, name), Buffer.alloc(bytes))
      return true
    } catch (error) {
      if (FULL.includes((error as NodeJS.ErrnoException).code ?? '')) return false
      throw error
    }
  }
  const PAGE = 4096
  let i = 0
  while (write(`bytes-${i}`, PAGE)) i++
  while (write(`file-${i}`, 0)) i++
}

/** Files below a folder that processes of the node have open to be written: what has been opened stays what it was. */
function openForWriting(path: string): readonly string[] {
  const own = String(process.pid)
  const found = readdirSync('/proc')
    .filter(pid => /^\d+$/.test(pid) && pid !== own)
    .flatMap(pid =>
      (attempt(() => readdirSync(`/proc/${pid}/fd`)) ?? []).flatMap(fd => {
        const file = attempt(() => readlinkSync(`/proc/${pid}/fd/${fd}`))
        const info = attempt(() => readFileSync(`/proc/${pid}/fdinfo/${fd}`, 'utf8'))
        const flags = parseInt(/^flags:\s*(\d+)/m.exec(info ?? '')?.[1] ?? '0', 8)
        return file?.startsWith(`${path}/`) && (flags & 0b11) !== 0 ? [file] : []
      }),
    )
  return [...new Set(found)]
}

const SHOWN = 3

function notesOn(open: readonly string[]): readonly string[] {
  if (open.length === 0) return []
  const more = open.length > SHOWN ? ` and ${open.length - SHOWN} more` : ''
  return [`what is open already can still be written: ${open.slice(0, SHOWN).join(', ')}${more}`]
}

/** Takes away what was laid over a folder; nothing where there is none. */
export async function uncover(id: string): Promise<void> {
  const own = mountsOfNode().filter(mount => idOfMount(mount) === id)
  for (const {target} of own.toReversed()) await unmountInNode(target)
  attempt(() => rmdirSync(inNode(placeOf(id))))
}

async function cover({id, node, path = ''}: PlacedFault): Promise<void> {
  const stats = checked(path, node)
  const place = placeOf(id)
  mkdirSync(inNode(place), {recursive: true})
  await mountInNode('tmpfs', sourceOf(id), ROOM, place)
  const [upper, work] = [`${place}/upper`, `${place}/work`]
  for (const folder of [upper, work]) mkdirSync(inNode(folder))
  // The folder itself is as it was for its owner.
  chmodSync(inNode(upper), stats.mode & 0o7777)
  chownSync(inNode(upper), stats.uid, stats.gid)
  await mountInNode('overlay', sourceOf(id), [`lowerdir=${path}`, `upperdir=${upper}`, `workdir=${work}`], path)
  fill(inNode(place))
}

/**
 * A folder of the node's whose changes go into a little memory that is full: what is in it can be read as it was, and nothing can be written,
 * renamed or removed. The engine's disk has nothing to do with it.
 */
export const disk: Maker = {
  async make({fault}) {
    record(RUN, runOfNode)
    const open = openForWriting(fault.path ?? '')
    if (!mountsOfNode().some(mount => idOfMount(mount) === fault.id && mount.type === 'overlay')) {
      try {
        await uncover(fault.id)
        await cover(fault)
      } catch (error) {
        await uncover(fault.id).catch(() => undefined)
        throw error
      }
    }
    return {notes: notesOn(open), keep: async () => undefined, end: () => uncover(fault.id)}
  },
  endLeft: ({id}) => uncover(id),
  isGone() {
    const run = recorded(RUN)
    return run !== undefined && run !== runOfNode()
  },
}
