import type {Finding} from './finding.js'
import type {Rule} from './rule.js'

/** Where the page of a code lies in the sources. */
export const pageOf = (code: string): string => `docs/lint/${code}.md`

/** A path as a SARIF artifact has it. */
const uriOf = (file: string) => file.replaceAll('\\', '/').split('/').map(encodeURIComponent).join('/')

/**
 * Findings as SARIF 2.1.0 (OASIS), the form that code scanning and editors read. Only what is found and the rules that exist are in it;
 * pages are named relative to the sources.
 */
export function sarifOf(findings: readonly Finding[], rules: readonly Rule[], version: string): object {
  return {
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'apim-lab',
            semanticVersion: version,
            rules: rules.map(({code, severity, title, why, looksLike, fix}) => ({
              id: code,
              shortDescription: {text: title},
              fullDescription: {text: why},
              help: {text: `${why}\nLooks like: ${looksLike}\nFix: ${fix}`},
              helpUri: pageOf(code),
              defaultConfiguration: {level: severity},
            })),
          },
        },
        columnKind: 'unicodeCodePoints',
        results: findings.map(({code, severity, file, line, column, message, fix}) => ({
          ruleId: code,
          ruleIndex: rules.findIndex(rule => rule.code === code),
          level: severity,
          message: {text: `${message}. ${fix}`},
          locations: [
            {
              physicalLocation: {
                artifactLocation: {uri: uriOf(file)},
                region: {startLine: line, startColumn: column},
              },
            },
          ],
        })),
      },
    ],
  }
}
