import {LabError} from '../../errors.js'
import {nearest} from '../nearest.js'
import type {Release} from '../release.js'
import {release300} from './3.0.0.js'
import {release310} from './3.1.0.js'
import {release320} from './3.2.0.js'
import {release321} from './3.2.1.js'
import {release400} from './4.0.0.js'
import {release410} from './4.1.0.js'
import {release420} from './4.2.0.js'
import {release430} from './4.3.0.js'
import {release440} from './4.4.0.js'
import {release450} from './4.5.0.js'
import {release460} from './4.6.0.js'
import {release470} from './4.7.0.js'
import {mini4} from './mini-4.js'
import {mini} from './mini.js'

/** Every release that this version knows, newest of WSO2's first. */
export function allReleases(version: string): readonly Release[] {
  return [
    release470(),
    release460(),
    release450(),
    release440(),
    release430(),
    release420(),
    release410(),
    release400(),
    release321(),
    release320(),
    release310(),
    release300(),
    mini(version),
    mini4(version),
  ]
}

/** The one that is meant where nothing names one: of WSO2's, the one that most people reproduce bugs on. */
export const DEFAULT_RELEASE = '3.2.0'

/** The release that is in this program itself, and so can be had everywhere. */
export function builtInOf(releases: readonly Release[]): Release {
  const found = releases.find(({builtIn}) => builtIn)
  if (!found) throw new Error('no release is built in')
  return found
}

/** The release of that name. Throws `release-unknown` with the nearest one. */
export function findRelease(name: string, releases: readonly Release[]): Release {
  const found = releases.find(release => release.name === name)
  if (found) return found
  const names = releases.map(release => release.name)
  // `3.2` is the first of its line.
  const near = nearest(name, names) ?? names.findLast(known => name !== '' && known.startsWith(name))
  throw new LabError(
    'release-unknown',
    `There is no release ${JSON.stringify(name)}${near ? `; did you mean ${near}` : ''}.`,
    {
      next: ['apim-lab releases'],
      evidence: [`Known: ${names.join(', ')}`],
    },
  )
}
