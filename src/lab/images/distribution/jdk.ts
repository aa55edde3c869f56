import {join} from 'node:path'
import {digestOfEntries, folderEntries} from '../../../disk/distribution/folder-tree.js'
import {readIfThere} from '../../../disk/regular-file.js'
import {LabError} from '../../../errors.js'
import type {DigestedTree} from '../../../engine/engine-images.js'
import {leadsOut} from '../../../model/distribution-checks.js'

/** A JDK of the user's. */
export interface Jdk extends DigestedTree {
  /** Its major version; undefined where it does not tell. */
  readonly java: number | undefined
}

/** The major version in a JDK's file `release`: 8 for `1.8.0_402`, 17 for `17.0.6`. */
export function javaVersion(text: string): number | undefined {
  const [, first, second] = /^JAVA_VERSION="(\d+)(?:\.(\d+))?/m.exec(text) ?? []
  if (first === undefined) return undefined
  return Number(first === '1' ? second : first)
}

const unusable = (folder: string, why: string) =>
  new LabError('file-unusable', `The JDK ${folder} ${why}.`, {
    next: [`ls -l ${folder}`, 'apim-lab images build --from ZIP (takes one from the distribution)'],
  })

/** Reads a folder with a JDK for this machine. Throws `file-unusable` for what can't be copied into an image as one. */
export async function readJdk(folder: string, signal: AbortSignal): Promise<Jdk> {
  const entries = await folderEntries(folder, signal)
  if (!entries.some(({path, executable}) => path === 'bin/java' && executable))
    throw unusable(folder, 'has no bin/java that can be run')
  const out = entries.find(({path, target}) => target !== undefined && leadsOut(path, target))
  if (out) throw unusable(folder, `has a link that leaves it, ${out.path} -> ${out.target}: take one from an archive`)
  const digest = await digestOfEntries(entries, {onBytes: () => undefined, signal})
  return {entries, digest, java: javaVersion(String((await readIfThere(join(folder, 'release'))) ?? ''))}
}
