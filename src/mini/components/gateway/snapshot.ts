import {mkdirSync, readFileSync} from 'node:fs'
import {mkdir, rename, writeFile} from 'node:fs/promises'
import {dirname, join} from 'node:path'
import {reasonOf} from '../../failure.js'
import type {Log} from '../../log.js'
import {SYNAPSE} from './artifacts.js'
import {ALL_LISTS, readList, type ListName, type Lists} from './lists.js'

/** What a gateway needs to serve calls with everything else away. */
interface SnapshotContent {
  readonly lists: Partial<Lists>
  /** JWKS by their address. */
  readonly keySets: Readonly<Record<string, string>>
}

export interface Snapshot {
  readonly loaded: SnapshotContent | undefined
  /** Writes soon; many changes are one write. */
  touch(): void
  /** Writes what is not written yet. */
  close(): Promise<void>
}

/** How long a change may wait. */
const DELAY_MS = 200

function read(file: string): SnapshotContent | undefined {
  try {
    const {lists = {}, keySets = {}} = JSON.parse(readFileSync(file, 'utf8')) as Partial<SnapshotContent>
    const checked: Partial<Record<ListName, unknown>> = {}
    for (const name of ALL_LISTS) if (lists[name] !== undefined) checked[name] = readList(name, lists[name])
    return {lists: checked as Partial<Lists>, keySets}
  } catch {
    // None, or half of one: what it would say is fetched.
    return undefined
  }
}

/** A file with the last state, beside the artifacts. */
export function openSnapshot(home: string, content: () => SnapshotContent, log: Log): Snapshot {
  const file = join(home, SYNAPSE, 'local-entries', 'hub-data.json')
  mkdirSync(dirname(file), {recursive: true})
  let timer: NodeJS.Timeout | undefined
  let writing = Promise.resolve()
  const write = () => {
    timer = undefined
    writing = writing.then(async () => {
      try {
        await mkdir(dirname(file), {recursive: true})
        await writeFile(`${file}.new`, JSON.stringify(content()), {mode: 0o600})
        await rename(`${file}.new`, file)
      } catch (error) {
        log('WARN', 'Gateway', `${file} can't be written: ${reasonOf(error)}`)
      }
    })
    return writing
  }
  return {
    loaded: read(file),
    touch: () => {
      timer ??= setTimeout(() => void write(), DELAY_MS)
    },
    close: async () => {
      if (!timer) return writing
      clearTimeout(timer)
      await write()
    },
  }
}
