import {open, readdir, readlink} from 'node:fs/promises'
import {join} from 'node:path'
import {statOf} from './mirror.js'

const CHUNK_BYTES = 1024 * 1024

/** Whether two folders have the same files, by name, owner, mode and content; `except`: a name in the root that is not looked at. */
export async function isEqual(a: string, b: string, except?: string): Promise<boolean> {
  const [one, other] = await Promise.all([statOf(a), statOf(b)])
  if (!one || !other) return one === other
  if (one.mode !== other.mode || one.uid !== other.uid || one.gid !== other.gid) return false
  if (one.isSymbolicLink()) return (await readlink(a)) === (await readlink(b))
  if (one.isFile()) return one.size === other.size && ((await isTimeEqual(a, b)) || (await isContentEqual(a, b)))
  if (!one.isDirectory()) return true
  const [names, others] = await Promise.all(
    [a, b].map(async it => (await readdir(it)).filter(name => name !== except).toSorted()),
  )
  if (names!.join('/') !== others!.join('/')) return false
  for (const name of names!) if (!(await isEqual(join(a, name), join(b, name)))) return false
  return true
}

/** A copy has the time of what it was made from, to a microsecond or two; what was written since has another. */
const NEAR_NS = 2000n

async function isTimeEqual(a: string, b: string): Promise<boolean> {
  const [one, other] = await Promise.all([statOf(a), statOf(b)])
  const apart = one!.mtimeNs - other!.mtimeNs
  return apart < NEAR_NS && apart > -NEAR_NS
}

async function isContentEqual(a: string, b: string): Promise<boolean> {
  const [one, other] = await Promise.all([open(a), open(b)])
  const [left, right] = [Buffer.allocUnsafe(CHUNK_BYTES), Buffer.allocUnsafe(CHUNK_BYTES)]
  try {
    for (;;) {
      const [{bytesRead}, {bytesRead: others}] = await Promise.all([
        one.read(left, 0, CHUNK_BYTES),
        other.read(right, 0, CHUNK_BYTES),
      ])
      if (bytesRead !== others || !left.subarray(0, bytesRead).equals(right.subarray(0, bytesRead))) return false
      if (bytesRead === 0) return true
    }
  } finally {
    await Promise.all([one.close(), other.close()])
  }
}
