import type {Check, CheckState} from '../lab/checks/doctor-checks.js'
import {asTyped} from './invocation.js'

const COLORS: Readonly<Record<CheckState, number>> = {passed: 32, warned: 33, failed: 31}

/** Checks as a person reads them: a line each, with the fix below. */
export function doctorText(checks: readonly Check[], color: boolean): string {
  const width = Math.max(...checks.map(({name}) => name.length))
  const paint = (state: CheckState) => (color ? `\u001B[${COLORS[state]}m${state}\u001B[0m` : state)
  const lines = checks.flatMap(({name, state, detail, next}) => [
    `${paint(state)}  ${name.padEnd(width)}  ${detail}`,
    ...next.map(command => `${' '.repeat(width + 10)}-> ${asTyped(command)}`),
  ])
  const failures = checks.filter(({state}) => state === 'failed').length
  const end = failures === 0 ? 'All checks passed.' : `${failures} of ${checks.length} checks failed.`
  return [...lines, '', end].join('\n')
}
