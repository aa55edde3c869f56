import {same, explainIssues, labFileKeys, unknownKeys, type KeysAt, type Known} from '../lab-file/explain.js'
import {shownKey, sourceError, type Fault, type SourceKind} from '../lab-file/fault.js'
import {readSource, type YamlSource} from '../lab-file/yaml-source.js'
import {nearest} from '../nearest.js'
import {TABLE} from '../settings/table.js'
import {caseSchema, OTHERWISE, releasesOf, snapshotOf, type Case} from './case.js'
import {keysAt} from './keys-at.js'
import {unknownUses} from './variables.js'

const KIND: SourceKind = {what: 'a case', code: 'case-invalid', mostKb: 512}

const LAB = ['lab'] as const

function keysOfCase(known: Known): KeysAt {
  const ofLab = labFileKeys(known, TABLE)
  return path => {
    if (path[0] !== LAB[0]) return new Map(same(keysAt(caseSchema(), path)))
    const below = ofLab(path.slice(1))
    return path.length === 1 ? new Map([...below, ...same(['snapshot'])]) : below
  }
}

function variableFaults(one: Case, source: YamlSource): readonly Fault[] {
  return unknownUses(one).map(({name, path, known}) => {
    const near = nearest(name.slice(0, 64), known)
    const guess = near === undefined ? `; known here: ${known.join(', ')}` : `; did you mean \${${near}}`
    return {offset: source.valueOffset(path), message: `nothing before it sets \${${name.slice(0, 64)}}${guess}`}
  })
}

function labFaults({lab}: Case, source: YamlSource): readonly Fault[] {
  if (lab?.['name'] === undefined) return []
  return [{offset: source.keyOffset(['lab', 'name']), message: "unknown key name: the case's name names its lab"}]
}

/** Settings that may be given for a lab that is a snapshot's, and of its ports. */
const WITH_SNAPSHOT: readonly string[] = ['snapshot', 'ports', 'name']
const PORTS_WITH_SNAPSHOT: readonly string[] = ['offset']

function snapshotFaults(one: Case, source: YamlSource): readonly Fault[] {
  if (snapshotOf(one) === undefined) return []
  const {ports} = one.lab ?? {}
  const odd = [
    ...Object.keys(one.lab ?? {})
      .filter(key => !WITH_SNAPSHOT.includes(key))
      .map(key => [key]),
    ...Object.keys(ports ?? {})
      .filter(key => !PORTS_WITH_SNAPSHOT.includes(key))
      .map(key => ['ports', key]),
  ]
  return odd.map(path => ({
    offset: source.keyOffset(['lab', ...path]),
    message: `${path.join('.')} can't stand beside snapshot, which has the whole lab in it: change it by steps, such as config`,
  }))
}

function releaseFaults(one: Case, source: YamlSource): readonly Fault[] {
  const releases = releasesOf(one)
  const twice = releases.findIndex((name, i) => releases.indexOf(name) < i)
  const named = typeof one.expect === 'object' ? Object.keys(one.expect) : []
  const known = [...releases, OTHERWISE]
  return [
    ...(twice < 0
      ? []
      : [
          {offset: source.valueOffset(['lab', 'release', twice]), message: `release ${releases[twice]} is there twice`},
        ]),
    ...named
      .filter(name => releases.length > 0 && !known.includes(name))
      .map(name => ({
        offset: source.keyOffset(['expect', name]),
        message: `the case is not run on release ${shownKey(name)}; known here: ${known.join(', ')}`,
      })),
  ]
}

/** Files that are written here and that the lab has no use for: most often a name that is misspelt. */
function fileFaults({files, lab}: Case, source: YamlSource): readonly Fault[] {
  const input = JSON.stringify(lab ?? {})
  return Object.keys(files ?? {})
    .filter(name => !input.includes(JSON.stringify(name)))
    .map(name => ({offset: source.keyOffset(['files', name]), message: `nothing in lab names ${shownKey(name)}`}))
}

/** A key that is misspelt is missing too: the first of what is said at a place is its cause. */
const onePerPlace = (faults: readonly Fault[]) =>
  faults.filter(({offset}, i) => faults.findIndex(other => other.offset === offset) === i)

/** What is given is saved and brought back; a fault is not part of what is saved. */
const givenFaults = ({given = []}: Case, source: YamlSource): readonly Fault[] =>
  given.flatMap((step, i) =>
    step.fault === undefined
      ? []
      : [
          {
            offset: source.keyOffset(['given', i, 'fault']),
            message: 'a fault is made in `when`: no saved state has it',
          },
        ],
  )

/** The case in a text. Throws `case-invalid` with all that is wrong, each with file, line and column. `file` is only shown. */
export function parseCase(text: string, file: string, known: Known): Case {
  const {source, plain} = readSource(text, file, KIND)
  const checked = caseSchema().safeParse(source.value ?? {})
  const faults = [
    ...explainIssues(checked.error?.issues ?? [], source, keysOfCase(known)),
    ...unknownKeys(source, known, LAB),
  ]
  if (!checked.success) throw sourceError(onePerPlace(faults), plain, file, KIND)
  const one = checked.data as Case
  const all = [
    ...faults,
    ...labFaults(one, source),
    ...snapshotFaults(one, source),
    ...releaseFaults(one, source),
    ...fileFaults(one, source),
    ...givenFaults(one, source),
    ...variableFaults(one, source),
  ]
  if (all.length > 0) throw sourceError(all, plain, file, KIND)
  return one
}

/** A mistake that was found when more was known than the file, at a path of it. */
export interface LaterMistake {
  readonly path: readonly PropertyKey[]
  readonly message: string
}

/** Throws `case-invalid` for mistakes in a text that parseCase has read, each with file, line and column. */
export function throwMistakes(mistakes: readonly LaterMistake[], text: string, file: string): void {
  if (mistakes.length === 0) return
  const {source, plain} = readSource(text, file, KIND)
  const faults = mistakes.map(({path, message}) => ({offset: source.valueOffset(path), message}))
  throw sourceError(faults, plain, file, KIND)
}
