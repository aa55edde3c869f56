import type {LabContext} from '../context.js'
import {builtInCases, readCase} from './load-case.js'

/** A case that comes with the command: what others may rely on in `case list --json`. */
export interface ListedCase {
  readonly name: string
  readonly title: string
  /** What it names; null: whatever is there. */
  readonly release: string | null
  /** Why nobody has run it yet. */
  readonly neverRun?: string
  readonly source: readonly string[]
  readonly file: string
}

/** The cases that come with the command. */
export async function listCases(context: LabContext): Promise<readonly ListedCase[]> {
  const found = await builtInCases(context.cases)
  return Promise.all(
    [...found].map(async ([name, file]) => {
      const {case: one} = await readCase(file, context)
      const release = one.lab?.['release']
      return {
        name,
        title: one.title ?? '',
        release: typeof release === 'string' ? release : null,
        ...(one.neverRun !== undefined && {neverRun: one.neverRun}),
        source: one.source ?? [],
        file,
      }
    }),
  )
}
