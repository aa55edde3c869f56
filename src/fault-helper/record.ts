import {existsSync, readdirSync, readFileSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'

/** Outlives this process, not this container: one that the engine starts again goes on where it was. */
const OWN = '/tmp'
/** Memory that a fault's container shares with the one that guards it; it goes with either. */
const SHARED = '/dev/shm'

const read = (folder: string, name: string): string | undefined =>
  existsSync(join(folder, name)) ? readFileSync(join(folder, name), 'utf8') : undefined

/** What the container of a fault has written of a name, for itself and for its guard. */
export const recorded = (name: string): string | undefined => read(OWN, name) ?? read(SHARED, name)

/** What is written of a name; where nothing is, what is made now. */
export function record(name: string, make: () => string): string {
  const text = recorded(name) ?? make()
  for (const folder of [OWN, SHARED]) writeFileSync(join(folder, name), text)
  return text
}

/** Makes what the other container has written one's own: its memory may be gone when this one is started again. */
export function keepRecord(): void {
  for (const name of readdirSync(SHARED)) record(name, () => '')
}
