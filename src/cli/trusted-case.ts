import {LabError} from '../errors.js'
import type {FoundCase} from '../lab/cases/load-case.js'
import {packText} from './pack-text.js'

/** Throws `case-untrusted` for somebody else's case, with what it would run, unless the user has said that it may. */
export function checkTrusted(
  found: FoundCase,
  {trust, command}: {readonly trust: boolean; readonly command: string},
): void {
  if (!found.pack || trust) return
  throw new LabError('case-untrusted', "A pack is somebody else's: what it would run was not agreed to.", {
    evidence: packText(found),
    next: [`${command} --trust`],
  })
}
