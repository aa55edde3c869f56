import {networkInterfaces} from 'node:os'
import type {FoundFault} from '../model/faults/fault-order.js'
import {idOfMark, idOfTable, markOf, removalText} from '../model/faults/fault-rules.js'
import {uncover} from './disk.js'
import {idOfMount, mountsOfNode} from './mounts.js'
import {tool} from './tools.js'

interface Listing {
  readonly nftables: readonly {readonly table?: {readonly name: string; readonly comment?: string}}[]
}

const loopback = () => (networkInterfaces()['lo'] ?? []).map(({address}) => address)

/** Whether the node whose network this is still has it: a container that ends loses all but the loopback. */
export const isNodeHere = (): boolean => Object.keys(networkInterfaces()).some(name => name !== 'lo')

/** Folders of the node that are laid over. */
const covered = (): readonly FoundFault[] =>
  mountsOfNode()
    .filter(({type}) => type === 'overlay')
    .flatMap(mount => {
      const id = idOfMount(mount)
      return id === undefined ? [] : [{id, note: `0 disk-full ${mount.target}`}]
    })

/** The faults that this network has, and the node whose it is, as the kernel tells it. */
export async function foundFaults(): Promise<readonly FoundFault[]> {
  const {nftables} = JSON.parse(await tool('nft', ['-j', 'list', 'tables', 'ip'])) as Listing
  const tables = nftables.flatMap(({table}) => {
    const id = table && idOfTable(table.name)
    return table && id !== undefined ? [{id, note: table.comment ?? ''}] : []
  })
  const marked = loopback().flatMap(address => idOfMark(address) ?? [])
  const bare = marked.filter(id => !tables.some(table => table.id === id)).map(id => ({id, note: ''}))
  return [...tables, ...bare, ...covered()]
}

/** Makes it seen that there are rules, for those too that may not list them. */
export async function mark(id: string): Promise<void> {
  const address = markOf(id)
  if (!loopback().includes(address)) await tool('ip', ['address', 'add', `${address}/32`, 'dev', 'lo'])
}

/** Takes the table of a fault and its mark away; nothing where there are none. */
export async function removeFault(id: string): Promise<void> {
  await tool('nft', ['-f', '-'], removalText(id))
  const address = markOf(id)
  if (loopback().includes(address)) await tool('ip', ['address', 'delete', `${address}/32`, 'dev', 'lo'])
}

/** Takes these faults of the network away. Returns those that there were. */
export async function clearFaults(ids: readonly string[]): Promise<readonly FoundFault[]> {
  const found = (await foundFaults()).filter(({id}) => ids.includes(id))
  for (const {id} of found) {
    await removeFault(id)
    await uncover(id)
  }
  return found
}
