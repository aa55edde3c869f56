import {KEY_LISTS, loadKeys} from '../../../src/config/known-keys.js'
import type {Finding} from '../../../src/lint/finding.js'
import {lintSet, type Host, type LintedFile} from '../../../src/lint/lint.js'
import type {Release} from '../../../src/model/release.js'
import {findRelease, allReleases} from '../../../src/model/releases/index.js'
import {VERSION} from '../../support/lab.js'

const lists = new Map(await Promise.all(KEY_LISTS.map(async list => [list, await loadKeys(list)] as const)))

/** Findings in files, read with a release's rules: one of a name, or a lab's own. */
export function findings(
  files: readonly LintedFile[],
  named: string | Release = '3.2.0',
  hosts?: readonly Host[],
): readonly Finding[] {
  const release = typeof named === 'string' ? findRelease(named, allReleases(VERSION)) : named
  const own = release.config.keys
  const others = [...lists].filter(([list]) => list !== own).map(([list, keys]) => ({release: list, keys}))
  return lintSet(files, release, lists.get(own)!, {others, ...(hosts && {hosts})})
}

/** Findings in one file. */
export const inText = (text: string, name?: string): readonly Finding[] =>
  findings([{file: 'deployment.toml', text}], name)

export const codes = (found: readonly Finding[]): readonly string[] => found.map(({code}) => code)
