import {mkdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'

/** Lines that wait on disk, the oldest first. */
export interface Spool {
  /** False where it is full or the disk does not take it. */
  put(line: string): boolean
  /** The oldest lines, which are then this caller's; fewer than `size` falls by where they can't be read. */
  take(): readonly string[]
  readonly size: number
}

/** Characters that are gathered in memory and written as one file: a write costs the event loop less than a millisecond. */
const PART = 256 * 1024
/** Parts on disk: 64 MB, some 80,000 calls. */
const PARTS = 256

/** Opens an empty spool: what a stopped node left can't be told from what it had sent. Nothing is written before the first part is full. */
export function openSpool(folder: string, parts = PARTS, part = PART): Spool {
  rmSync(folder, {recursive: true, force: true})
  /** Numbers of the files, and how many lines each has. */
  const files = new Map<number, number>()
  let next = 0
  let size = 0
  let tail: string[] = []
  let tailLength = 0
  const fileOf = (number: number) => join(folder, `${number}.ndjson`)

  /** Whether the tail is on disk now. */
  const write = (): boolean => {
    if (files.size >= parts) return false
    try {
      mkdirSync(folder, {recursive: true})
      writeFileSync(fileOf(next), tail.join('\n'), {mode: 0o600})
    } catch {
      return false
    }
    files.set(next++, tail.length)
    tail = []
    tailLength = 0
    return true
  }
  const read = (number: number): readonly string[] => {
    files.delete(number)
    try {
      const text = readFileSync(fileOf(number), 'utf8')
      rmSync(fileOf(number))
      return text.split('\n')
    } catch {
      return []
    }
  }
  return {
    put: line => {
      if (tailLength >= part && !write()) return false
      tail.push(line)
      tailLength += line.length
      size++
      return true
    },
    take: () => {
      const [oldest] = files
      if (!oldest) {
        const lines = tail
        tail = []
        tailLength = 0
        size = 0
        return lines
      }
      size -= oldest[1]
      return read(oldest[0])
    },
    get size() {
      return size
    },
  }
}
