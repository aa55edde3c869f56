import * as z from 'zod'
import type {Journal} from '../../disk/journal.js'
import {fromJson} from '../../model/from-json.js'

/** What is half done if the command dies now, and what leads out of it. */
const ENTRY = z.discriminatedUnion('kind', [
  /** These were frozen; the helper that did it lets them go on, unless it was killed too. */
  z.object({kind: z.literal('save'), containers: z.array(z.string())}),
  /**
   * The data of these volumes, by key, is being replaced. `staging`: nothing has changed yet. `swapping`: what was there is put back.
   * `whole`: what was there can go.
   */
  z.object({
    kind: z.literal('restore'),
    snapshot: z.string(),
    step: z.enum(['staging', 'swapping', 'whole']),
    volumes: z.array(z.object({key: z.string(), name: z.string()})),
  }),
  /** The lab is being made from a snapshot of another. */
  z.object({kind: z.literal('branch'), snapshot: z.string(), from: z.string()}),
])

export type JournalEntry = z.infer<typeof ENTRY>

export const writeJournal = (journal: Journal, entry: JournalEntry): Promise<void> =>
  journal.write(`${JSON.stringify(entry)}\n`)

/** Undefined where nothing is half done. */
export async function readJournal(journal: Journal): Promise<JournalEntry | undefined> {
  const text = await journal.read()
  return text === undefined ? undefined : fromJson(ENTRY, text)
}
