import {flatten} from '../config/table.js'
import {readToml} from '../config/toml-source.js'
import type {Release} from '../model/release.js'
import {ANY_ROLE} from '../model/roles.js'
import {leavesOf, type Leaf} from './leaves.js'
import {valueAt, type LintedFile, type OtherKeys} from './linted-set.js'
import {maskTemplated} from './templated.js'

export interface Recognised {
  readonly release: Release
  /** In words: what tells it from the others. */
  readonly reason: string
}

/** A release that files may be of. */
export interface Candidate extends OtherKeys {
  readonly is: Release
}

const countUnknown = (leaves: readonly Leaf[], {keys}: OtherKeys) => leaves.filter(({names}) => !keys.has(names)).length

/** Values that only some releases take: server roles and what the mapper checks. */
function refused(texts: readonly string[], {is}: Candidate): number {
  const roles = new Set(is.components.flatMap(({serverRole}) => serverRole ?? []))
  return texts.filter(text => {
    const {table} = readToml(text)
    const role = valueAt(table, 'server.server_role')
    const values = flatten(table)
    const bad = is.config.validations.filter(({key, pattern}) => {
      const value = values.get(key)
      return typeof value === 'string' && !value.includes('{') && !pattern.test(value)
    })
    return bad.length > 0 || (role !== undefined && role !== ANY_ROLE && !roles.has(role))
  }).length
}

/**
 * The release that files are of: the one whose roles and values they have, then the one that knows most of their keys. `preferred` where
 * that leaves several. Candidates must not be empty.
 */
export function recogniseRelease(
  files: readonly LintedFile[],
  candidates: readonly Candidate[],
  preferred: string,
): Recognised {
  const texts = files.map(({text}) => maskTemplated(text).text)
  const leaves = texts.flatMap(text => leavesOf(readToml(text).table))
  const ranked = candidates.map(candidate => ({
    candidate,
    refused: refused(texts, candidate),
    unknown: countUnknown(leaves, candidate),
  }))
  const fewest = Math.min(...ranked.map(each => each.refused))
  const taking = ranked.filter(each => each.refused === fewest)
  const least = Math.min(...taking.map(each => each.unknown))
  const best = taking.filter(({unknown}) => unknown === least).map(({candidate}) => candidate.is)
  const release = best.find(({name}) => name === preferred) ?? best[0]!
  const reason = best.length === candidates.length ? 'the default' : 'recognised by its keys'
  return {
    release,
    reason:
      best.length > 1 && reason !== 'the default' ? `${reason}, of ${best.map(({name}) => name).join(', ')}` : reason,
  }
}
