import {LabError} from '../errors.js'
import type {FoundCase} from '../lab/cases/load-case.js'
import {loadPackedImages} from '../lab/cases/packed-images.js'
import type {LabContext} from '../lab/context.js'
import {packText} from './pack-text.js'

export interface TrustOptions {
  /** The user has agreed already. */
  readonly trust: boolean
  /** What was typed: `run`, and the pack. */
  readonly verb: string
  readonly word: string
  /** Shows what it would run, and asks; absent where there is nobody to ask. */
  readonly ask?: ((lines: readonly string[]) => Promise<boolean>) | undefined
}

/** Makes somebody else's case ready to be run, once the user agrees to what it would run: images that it brings are loaded. Throws `case-untrusted`. */
export async function trustCase(
  found: FoundCase,
  {trust, verb, word, ask}: TrustOptions,
  context: LabContext,
): Promise<void> {
  if (!found.pack) return
  const lines = packText(found)
  if (!trust && !(await ask?.(lines)))
    throw new LabError('case-untrusted', "A pack is somebody else's: what it would run was not agreed to.", {
      evidence: lines,
      next: [`apim-lab case ${verb} ${word} --trust`, `apim-lab case check ${word}`],
    })
  await loadPackedImages(found, context)
}
