import {Flags} from '@oclif/core'
import {LabError} from '../errors.js'
import {durationMs} from '../model/duration.js'
import {DIRECTIONS, FAULT_KINDS, MOST_SECONDS} from '../model/faults/fault-kinds.js'

const kindFlags = Object.fromEntries(
  FAULT_KINDS.map(({name, on, value, path, summary}) => {
    const options = {summary, helpGroup: on === 'link' ? 'FAULTS OF A LINK' : 'FAULTS OF A NODE'}
    const shown = (value ?? path)?.shown
    return [name, shown === undefined ? Flags.boolean(options) : Flags.string({...options, helpValue: shown})]
  }),
)

/** A flag for each kind of fault, and how it is made. */
export const faultFlags = {
  ...kindFlags,
  jitter: Flags.string({summary: 'With --delay: up to this much more, at random.', helpValue: 'MS'}),
  direction: Flags.string({
    summary: 'Only what goes to the server, or only what comes from it.',
    options: [...DIRECTIONS],
    default: 'both',
  }),
  for: Flags.string({summary: 'How long, such as 30s or 2m; 60s without it.', helpValue: 'TIME'}),
}

const MS = 1000
const SHOWN = 40

/** Seconds that `--for` means; undefined without it. Throws `usage-invalid`. */
export function secondsOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const seconds = (durationMs(text) ?? 0) / MS
  if (seconds >= 1 && seconds <= MOST_SECONDS) return seconds
  throw new LabError(
    'usage-invalid',
    `--for takes a time from 1s to 24h, not ${JSON.stringify(text.slice(0, SHOWN))}.`,
    {
      next: ['apim-lab fault add --help'],
    },
  )
}
