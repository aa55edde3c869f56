import type {ImportResult} from '../lab/import.js'
import {counts, entryText, type RecognisedComponent} from '../import/report.js'
import {asTyped} from './invocation.js'

const MOST_TOLD = 12

function nodesText({nodes, asked, files}: RecognisedComponent): string {
  const read = files.map(({file, why}) => `${file} (${why})`).join(', ')
  const more = asked > nodes.length ? `; production has ${asked}` : ''
  return `  ${nodes.join(', ')}: ${read === '' ? "no file: the lab's own" : read}${more}`
}

/** What an import came to, as a person reads it: whose files they are, what became of the keys, and what is not in the lab. */
export function importText(result: ImportResult, workingDirectory: string): string {
  const {lab, release, releaseReason, components, entries, folder, files, builtIn} = result
  const up = builtIn === null ? 'apim-lab up' : `apim-lab up --release ${builtIn}`
  const {equal, kept, mapped, replaced, idle, left, absent} = counts(entries)
  const lost = entries.filter(({outcome}) => outcome === 'left')
  const inside = folder.startsWith(`${workingDirectory}/`) ? folder.slice(workingDirectory.length + 1) : folder
  return [
    `Lab ${lab}, release ${release}: ${releaseReason}`,
    '',
    'Nodes:',
    ...components.map(nodesText),
    '',
    `Keys: ${equal} as in the lab, ${kept} kept, ${mapped} kept with the lab's addresses, ${replaced} replaced, ${idle} without effect, ${left} not in the lab, ${absent} only in the lab`,
    ...(lost.length > 0
      ? ['', 'Not in the lab:', ...lost.slice(0, MOST_TOLD).map(entry => `  ${entryText(entry)}`)]
      : []),
    ...(lost.length > MOST_TOLD ? [`  and ${lost.length - MOST_TOLD} more`] : []),
    '',
    `Wrote ${files.length} files to ${folder}; import-report.md says what became of each key`,
    '',
    'Next:',
    `  cd ${inside} && ${asTyped('apim-lab render')}`,
    ...['apim-lab lint', up, 'apim-lab links'].map(command => `  ${asTyped(command)}`),
  ].join('\n')
}
