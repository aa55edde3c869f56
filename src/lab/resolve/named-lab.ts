import {basename} from 'node:path'
import {findLabFile} from '../../disk/lab-file.js'
import {parseLabFile} from '../../model/lab-file/parse.js'
import {checkLabName} from '../../model/names.js'
import type {Release} from '../../model/release.js'
import {DEFAULT_LAB} from '../../model/settings.js'
import {knownComponents} from './load-settings.js'

/** The lab that is meant: the flag's, else the lab file's, else the default one. The working directory is asked for where no flag names one. */
export async function namedLab(
  flag: string | undefined,
  workingDirectory: () => string,
  releases: readonly Release[],
): Promise<string> {
  if (flag !== undefined) return checkLabName(flag)
  const found = await findLabFile(workingDirectory())
  if (!found) return DEFAULT_LAB
  return parseLabFile(found.text, basename(found.path), {components: knownComponents(releases)}).lab ?? DEFAULT_LAB
}

/** What a next command needs so that it means this lab. */
export const labOption = (lab: string): string => (lab === DEFAULT_LAB ? '' : ` --lab ${lab}`)
