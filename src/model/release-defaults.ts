import type {Release} from './release.js'
import {DEFAULTS, type LabSettings} from './settings.js'

/** What settings are where nobody says them: what is usual for a release comes before what is for all. */
export const releaseDefaults = ({usual}: Pick<Release, 'usual'>): Omit<LabSettings, 'lab' | 'release'> => ({
  ...DEFAULTS,
  ...usual,
})
