import type {KnownKeys} from '../config/known-keys.js'
import type {Release} from '../model/release.js'
import {SEVERITIES, type Finding} from './finding.js'
import type {Found, Rule} from './rule.js'
import {RULES} from './rules/index.js'
import {lintedSet, type LintedFile, type Known, type LintedSet, type ParsedFile} from './linted-set.js'

export type {Host, Known, LintedFile, OtherKeys} from './linted-set.js'

/** Findings of one rule in one file: more say nothing new. */
const MOST = 50

function finding({code, severity, why, looksLike, fix}: Rule, {file, source}: ParsedFile, found: Found): Finding {
  const {line, column} = found.at ?? source.position(found.key)
  return {
    code,
    severity: found.severity ?? severity,
    file,
    line,
    column,
    key: found.key,
    message: found.message,
    why,
    looksLike: found.looksLike ?? looksLike,
    fix: found.fix ?? fix,
  }
}

const isBroken = ({source}: ParsedFile) => source.faults.some(({code}) => code !== 'order')

const findingsOf = (rule: Rule, file: ParsedFile, set: LintedSet): readonly Finding[] =>
  isBroken(file) && rule.of !== 'broken'
    ? []
    : rule
        .check(file, set)
        .slice(0, MOST)
        .map(found => finding(rule, file, found))

/** By file as they come, then by place. */
export function inOrder(findings: readonly Finding[]): readonly Finding[] {
  const files = [...new Set(findings.map(({file}) => file))]
  return findings.toSorted(
    (a, b) =>
      files.indexOf(a.file) - files.indexOf(b.file) ||
      a.line - b.line ||
      a.column - b.column ||
      SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity),
  )
}

/**
 * What is wrong in the files of a set, by file and line. Rules about peers hold only where files of several components are given; who
 * exists is known only with `hosts`. Values of secret keys are in no finding.
 */
export function lintSet(
  files: readonly LintedFile[],
  release: Release,
  keys: KnownKeys,
  known: Known = {},
): readonly Finding[] {
  const set = lintedSet(files, release, keys, known)
  return set.files.flatMap(file => inOrder(RULES.flatMap(rule => findingsOf(rule, file, set))))
}
