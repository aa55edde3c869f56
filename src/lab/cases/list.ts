import {releasesOf} from '../../model/cases/case.js'
import type {LabContext} from '../context.js'
import {builtInCases, readCase} from './load-case.js'

/** A case that comes with the command: what others may rely on in `case list --json`. */
export interface ListedCase {
  readonly name: string
  readonly title: string
  /** What it names; null: whatever is there. */
  readonly release: string | null
  /** Where it names several. */
  readonly releases?: readonly string[]
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
      const releases = releasesOf(one)
      return {
        name,
        title: one.title ?? '',
        release: releases[0] ?? null,
        ...(releases.length > 1 && {releases}),
        ...(one.neverRun !== undefined && {neverRun: one.neverRun}),
        source: one.source ?? [],
        file,
      }
    }),
  )
}
