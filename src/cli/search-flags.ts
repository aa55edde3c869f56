import {Flags} from '@oclif/core'
import type {CaseLabOptions} from '../lab/cases/case-lab.js'
import type {SearchEvent, SearchOptions} from '../lab/cases/search/search.js'
import {caseFlags} from './case-flags.js'
import {caseLab} from './case-lab.js'

/** What all searches with a case share. */
export const searchFlags = {
  times: Flags.integer({
    summary: 'Runs of each set that have to agree; where they do not, it is run until chance is ruled out.',
    min: 1,
    max: 100,
    default: 1,
  }),
  most: Flags.integer({summary: 'Most runs of one set.', min: 1, max: 1000, default: 20}),
  reset: Flags.boolean({summary: 'Forget the runs of a search that was stopped, instead of continuing with them.'}),
  ...caseFlags,
}

interface SearchFlagValues {
  readonly lab?: string | undefined
  readonly times: number
  readonly most: number
  readonly reset: boolean
  readonly 'port-offset'?: number | undefined
  readonly offline: boolean
}

/** Their values. */
export function searchOptions(
  {lab: named, times, most, reset, 'port-offset': portOffset, offline}: SearchFlagValues,
  onRun: (event: SearchEvent) => void,
): SearchOptions & Omit<CaseLabOptions, 'release'> & {readonly reset: boolean} {
  const lab = caseLab(named)
  return {
    ...(lab !== undefined && {lab}),
    times,
    most,
    reset,
    offline,
    onRun,
    ...(portOffset !== undefined && {portOffset}),
  }
}

/** Of a search that was stopped. */
export const SEARCH_STOPPED = {
  message: "Stopped as asked; the case's lab is gone, and what its runs told is kept.",
  again: 'continues with the next run',
} as const
