import {readdir, readFile, readlink} from 'node:fs/promises'

const LISTEN = '0A'

/** Inode of the socket that listens on a port of this host. */
async function listeningInode(port: number): Promise<string | undefined> {
  const hex = port.toString(16).toUpperCase().padStart(4, '0')
  for (const table of ['/proc/net/tcp', '/proc/net/tcp6']) {
    const text = await readFile(table, 'utf8').catch(() => '')
    for (const line of text.split('\n').slice(1)) {
      const [, local = '', , state, , , , , , inode] = line.trim().split(/\s+/)
      if (state === LISTEN && local.endsWith(`:${hex}`)) return inode
    }
  }
  return undefined
}

/** The process that listens on a port of this host, such as `process 4711 (java)`; undefined where the system does not tell. */
export async function portOwner(port: number): Promise<string | undefined> {
  const inode = await listeningInode(port)
  if (inode === undefined) return undefined
  const pids = (await readdir('/proc').catch(() => [])).filter(name => /^\d+$/.test(name))
  for (const pid of pids) {
    const links = await readdir(`/proc/${pid}/fd`).catch(() => [])
    for (const link of links)
      if ((await readlink(`/proc/${pid}/fd/${link}`).catch(() => '')) === `socket:[${inode}]`) {
        const name = await readFile(`/proc/${pid}/comm`, 'utf8').catch(() => '')
        return `process ${pid} (${name.trim() || 'unknown'})`
      }
  }
  return undefined
}
