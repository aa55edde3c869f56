import type {Finding, Severity} from '../lint/finding.js'
import {counted} from '../model/counted.js'

const INDENT = '  '

/** Lines of a text, broken at spaces. A word that is too long stands alone. */
function wrapped(text: string, columns: number, indent: string): readonly string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    if (line !== '' && indent.length + line.length + 1 + word.length > columns) {
      lines.push(indent + line)
      line = word
    } else line = line === '' ? word : `${line} ${word}`
  }
  return line === '' ? lines : [...lines, indent + line]
}

function findingLines({line, column, severity, code, message, why, looksLike, fix}: Finding, columns: number) {
  const deeper = INDENT.repeat(2)
  return [
    `${INDENT}${line}:${column}  ${severity}  ${code}`,
    ...wrapped(message, columns, deeper),
    ...wrapped(`why: ${why}`, columns, deeper),
    ...wrapped(`looks like: ${looksLike}`, columns, deeper),
    ...wrapped(`fix: ${fix}`, columns, deeper),
    '',
  ]
}

export interface LintText {
  readonly release: string
  readonly releaseReason: string
  readonly files: readonly string[]
  readonly skipped: readonly {readonly path: string; readonly why: string}[]
  readonly findings: readonly Finding[]
}

/** Findings as a person reads them: by file, then one line of figures. */
export function lintText({release, releaseReason, files, skipped, findings}: LintText, columns: number): string {
  const of = (severity: Severity) => findings.filter(finding => finding.severity === severity).length
  const groups = [...new Set(findings.map(({file}) => file))].flatMap(file => [
    file,
    ...findings.filter(finding => finding.file === file).flatMap(finding => findingLines(finding, columns)),
  ])
  return [
    ...groups,
    ...skipped.map(({path, why}) => `Not read: ${path} ${why}`),
    `Release ${release} (${releaseReason})`,
    `${counted(files.length, 'file')}: ${counted(of('error'), 'error')}, ${counted(of('warning'), 'warning')}, ${counted(of('note'), 'note')}`,
  ].join('\n')
}
