import type {FoundCase} from '../lab/cases/load-case.js'
import {whatItRuns} from '../model/cases/what-it-runs.js'
import {oneLine} from '../model/one-line.js'

const MOST_SHOWN = 300

/** What came in a pack, and what it would run, fetch and open. */
export function packText({case: one, pack}: FoundCase): readonly string[] {
  const runs = whatItRuns(one).map(line => `  ${oneLine(line, MOST_SHOWN)}`)
  return [
    `Case ${one.name}, packed by apim-lab ${oneLine(pack?.version ?? '', MOST_SHOWN)} for release ${oneLine(pack?.release ?? '', MOST_SHOWN)}, in a lab of its own.`,
    ...(runs.length === 0 ? ['It runs no command, SQL, image or file of its own.'] : ['It would use:', ...runs]),
  ]
}
