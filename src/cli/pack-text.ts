import type {FoundCase} from '../lab/cases/load-case.js'
import {whatItRuns} from '../model/cases/what-it-runs.js'
import {oneLine} from '../model/one-line.js'

const MOST_SHOWN = 300

/** The lab that a snapshot brings, and what its nodes run. */
function ofSnapshot({snapshot}: FoundCase): readonly string[] {
  if (!snapshot) return []
  const {name, manifest} = snapshot
  const images = [...new Set(manifest.nodes.map(({image}) => image))]
  return [
    `snapshot ${name}: databases, configuration, passwords and keys of a lab ${manifest.lab}, release ${manifest.release}`,
    `images of its nodes: ${images.join(', ')}`,
  ]
}

/** Images that are loaded: another that has such a name now loses it. */
const ofArchive = ({pack}: FoundCase): readonly string[] =>
  Object.entries(pack?.archive?.images ?? {}).map(
    ([name, digest]) => `image that it brings: ${digest}, which ${name} will mean here`,
  )

/** What came in a pack, and what it would run, fetch and open. */
export function packText(found: FoundCase): readonly string[] {
  const {case: one, pack, snapshot} = found
  const lines = [...ofSnapshot(found), ...ofArchive(found), ...whatItRuns(one, snapshot?.settings)]
  const runs = lines.map(line => `  ${oneLine(line, MOST_SHOWN)}`)
  const releases = oneLine((pack?.releases ?? [pack?.release ?? '']).join(', '), MOST_SHOWN)
  return [
    `Case ${one.name}, packed by apim-lab ${oneLine(pack?.version ?? '', MOST_SHOWN)} for release ${releases}, in a lab of its own.`,
    ...(runs.length === 0 ? ['It runs no command, SQL, image or file of its own.'] : ['It would use:', ...runs]),
  ]
}
