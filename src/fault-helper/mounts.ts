import {readFileSync} from 'node:fs'
import {tool} from './tools.js'

/** The node's first process: this container shares its process numbers. */
const NODE = '1'
const PREFIX = 'apim-lab-'

/** Path of a file of the node, as this container sees it. */
export const inNode = (path: string): string => `/proc/${NODE}/root${path}`

export interface Mount {
  readonly source: string
  readonly target: string
  readonly type: string
}

const plain = (text: string) =>
  text.replace(/\\(\d{3})/g, (_, octal: string) => String.fromCharCode(parseInt(octal, 8)))

/** What is mounted in the node, in the order in which it was. */
export const mountsOfNode = (): readonly Mount[] =>
  readFileSync(`/proc/${NODE}/mounts`, 'utf8')
    .trim()
    .split('\n')
    .map(line => {
      const [source = '', target = '', type = ''] = line.split(' ').map(plain)
      return {source, target, type}
    })

/** What the mounts of a fault are called. */
export const sourceOf = (id: string): string => PREFIX + id

/** The id of the fault that a mount is of. */
export const idOfMount = ({source}: Mount): string | undefined =>
  source.startsWith(PREFIX) ? source.slice(PREFIX.length) : undefined

/** Mounts in the node's namespace, by programs of this container's. */
export const mountInNode = (type: string, source: string, options: readonly string[], target: string) =>
  tool('mount', ['--namespace', NODE, '--no-canonicalize', '-t', type, '-o', options.join(','), source, target])

/** Lazily: who has a file open there keeps it. */
export const unmountInNode = (target: string) =>
  tool('umount', ['--namespace', NODE, '--no-canonicalize', '--lazy', target])

/** When the node's first process began: another run of the node has another one, and nothing of this one's mounts. */
export const runOfNode = (): string => {
  const stat = readFileSync(`/proc/${NODE}/stat`, 'latin1')
  const STARTED = 19
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[STARTED] ?? ''
}
