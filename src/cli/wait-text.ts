import {oneLine} from '../model/one-line.js'
import type {Met} from '../lab/wait/condition.js'
import type {WaitResult} from '../lab/wait/wait-for.js'

const MOST_SHOWN = 1000

const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`

function shown({text, ms, nodes, line}: Met): string {
  const after = `${text}, after ${seconds(ms)}`
  return line === undefined ? after : `${after}\n  ${nodes.join()} | ${oneLine(line, MOST_SHOWN)}`
}

/** What was met, a line each; a log line below the condition that it met. */
export const waitText = ({met}: WaitResult): string => met.map(shown).join('\n')
