import {mkdir, readdir, rename, rm, stat, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {likeness, mirror, statOf, type Mirrored} from './mirror.js'

/** Where a volume has what it shall be, and what it was, while one takes the place of the other. Whoever reads the volume sees neither. */
export const ASIDE = '.apim-lab-restore'

const NEXT = join(ASIDE, 'next')
const BEFORE = join(ASIDE, 'before')
/** All that the volume had is in `BEFORE`: what stands in the root is new. */
const MOVED = join(ASIDE, 'moved')

const isThere = (path: string) =>
  stat(path).then(
    () => true,
    () => false,
  )

async function moveAll(from: string, to: string): Promise<void> {
  for (const name of await readdir(from)) if (name !== ASIDE) await rename(join(from, name), join(to, name))
}

/** Copies what a volume shall be into it, aside: what uses the volume goes on. */
export async function stage(from: string, volume: string): Promise<Mirrored> {
  await rm(join(volume, ASIDE), {recursive: true, force: true})
  await mkdir(join(volume, ASIDE), {mode: 0o700})
  return mirror({from, to: join(volume, NEXT)})
}

/** Puts what was staged in the place of what the volume has. Cut off anywhere, `undo` leads back. */
export async function swap(volume: string): Promise<void> {
  const before = join(volume, BEFORE)
  await mkdir(before, {recursive: true})
  await likeness(before, (await statOf(volume))!)
  await moveAll(volume, before)
  await writeFile(join(volume, MOVED), '')
  await moveAll(join(volume, NEXT), volume)
  await likeness(volume, (await statOf(join(volume, NEXT)))!)
}

/** The volume is what it was before. */
export async function undo(volume: string): Promise<void> {
  const before = join(volume, BEFORE)
  if (await isThere(before)) {
    if (await isThere(join(volume, MOVED)))
      for (const name of await readdir(volume))
        if (name !== ASIDE) await rm(join(volume, name), {recursive: true, force: true})
    // From now on what stands in the root is what it was.
    await rm(join(volume, MOVED), {force: true})
    await moveAll(before, volume)
    await likeness(volume, (await statOf(before))!)
  }
  await finish(volume)
}

/** What the volume was goes for good. */
export const finish = (volume: string): Promise<void> => rm(join(volume, ASIDE), {recursive: true, force: true})
