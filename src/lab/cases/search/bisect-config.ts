import {LabError} from '../../../errors.js'
import {
  configSteps,
  configUnits,
  shownUnit,
  type ConfigUnit,
  type Placed,
} from '../../../model/cases/search/config-units.js'
import {minimalSet} from '../../../model/cases/search/minimal-set.js'
import {labOfCase} from '../../../model/cases/case.js'
import {counted} from '../../../model/counted.js'
import {componentNodes} from '../../../model/link-pairs.js'
import {nearest} from '../../../model/nearest.js'
import type {Topology} from '../../../model/topology.js'
import type {LabContext} from '../../context.js'
import {sidesOf} from '../../diff/diff.js'
import {caseContent, type CaseLabOptions, type LoadedCase} from '../case-lab.js'
import {topologyOf} from '../check-case.js'
import {prepareCase, removeCase, type PreparedCase} from '../prepare-case.js'
import type {CaseResult} from '../result.js'
import {runCase} from '../run-case.js'
import type {BisectReport} from './result.js'
import {checkDiffer, contentHash, Search, type SearchOptions} from './search.js'

export interface BisectConfigOptions extends CaseLabOptions, SearchOptions {
  readonly good: string
  readonly bad: string
  /** Node or component that both are for, where they don't tell. */
  readonly on?: string
  /** Which nodes have to have the difference, not which keys. */
  readonly byNodes: boolean
  /** Whose nodes and snapshots `good` and `bad` may name. */
  readonly namedLab: string
  readonly workingDirectory: string
  /** Forgets the runs of before. */
  readonly reset: boolean
}

const nothingDiffers = (good: string, bad: string) =>
  new LabError('verdict-same', `No key of deployment.toml differs between ${good} and ${bad}.`, {
    next: [`apim-lab diff ${good} ${bad}`],
  })

async function unitsOf({good, bad, on, namedLab, workingDirectory}: BisectConfigOptions, context: LabContext) {
  const sides = await sidesOf([good, bad], {lab: namedLab, workingDirectory}, context)
  // A folder's passwords and host names are production's, those of a lab or a release are none: much would differ that is no cause.
  if (sides.filter(({links}) => links === undefined).length === 1)
    throw new LabError('usage-invalid', 'GOOD and BAD are both files, or both labs, snapshots or releases.', {
      next: ['apim-lab import ./production (makes a lab of files)', `apim-lab diff ${good} ${bad}`],
    })
  const {units, left} = configUnits(...sides)
  if (units.length === 0) throw nothingDiffers(good, bad)
  return {
    units: on === undefined ? units : units.map(unit => ({...unit, nodes: [on]})),
    notes: left.length > 0 ? [`not looked at, since no step can name them: ${left.join(', ')}`] : [],
  }
}

/** Every key on every node of the lab that it is for. Throws `usage-invalid` where it is for none. */
function placedUnits(
  units: readonly ConfigUnit[],
  topology: Topology,
  {good, bad, on, path}: Pick<BisectConfigOptions, 'good' | 'bad' | 'on'> & Pick<LoadedCase, 'path'>,
) {
  const nodes = componentNodes(topology)
  const meant = (word: string) => nodes.filter(({name, component}) => name === word || component === word)
  const placed = units.flatMap(unit => unit.nodes.flatMap(word => meant(word).map(({name}) => ({unit, node: name}))))
  const gone = [...new Set(units.flatMap(unit => unit.nodes))].filter(word => meant(word).length === 0)
  if (placed.length > 0) return {placed, notes: gone.length > 0 ? [`not in the case's lab: ${gone.join(', ')}`] : []}
  const names = nodes.map(({name}) => name)
  const near = on === undefined ? undefined : nearest(on, [...names, ...nodes.map(({component}) => component)])
  throw new LabError(
    'usage-invalid',
    on === undefined
      ? `${good} and ${bad} do not tell which nodes of the case's lab they are for.`
      : `--on: the case's lab has no node ${on}${near === undefined ? '' : `; did you mean ${near}`}.`,
    {
      evidence: [`It has ${names.join(', ')}.`],
      next: [`apim-lab case bisect ${path} --config ${good} ${bad} --on ${near ?? names[0] ?? 'NODE'}`],
    },
  )
}

/** A run with these keys before `when`. A node that they keep from being ready is what the case may be about: then nobody waits for it. */
async function runWith(prepared: PreparedCase, keys: readonly Placed[], context: LabContext): Promise<CaseResult> {
  const run = (ready: boolean) => {
    const steps = configSteps(keys, ready)
    const {case: one} = prepared
    return runCase({...prepared, case: {...one, when: [...steps, ...(one.when ?? [])]}}, {}, context)
  }
  const result = await run(true)
  const isUnready = result.steps.some(({phase, kind, ok}) => phase === 'when' && kind === 'config' && !ok)
  return isUnready ? run(false) : result
}

/** The keys, or the nodes, whose difference between two configurations turns the verdict of a case. */
export async function bisectConfig(
  loaded: LoadedCase,
  options: BisectConfigOptions,
  context: LabContext,
): Promise<BisectReport> {
  const {good, bad, byNodes, release} = options
  const {case: one} = loaded
  const lab = options.lab ?? labOfCase(one)
  const {units, notes} = await unitsOf(options, context)
  const hash = contentHash('config', one, await caseContent(loaded, context), release ?? '', units, byNodes)
  const search = await Search.open(hash, options, context)
  const {placed, notes: more} = placedUnits(units, await topologyOf(loaded, options, context), {
    ...options,
    path: loaded.path,
  })
  const prepared = await prepareCase(loaded, {...options, repeats: true}, context)
  try {
    const items = byNodes ? [...new Set(placed.map(({node}) => node))] : [...new Set(placed.map(({unit}) => unit))]
    const noun = byNodes ? 'node' : 'key'
    const isIn = (set: readonly unknown[]) => {
      const bads = new Set(set)
      return placed.map((one): Placed => ({...one, isBad: bads.has(byNodes ? one.node : one.unit)}))
    }
    const keyOf = (set: readonly unknown[]) => contentHash(items.map(item => set.includes(item)))
    const runOf = (set: readonly unknown[]) => () => runWith(prepared, isIn(set), context)
    const goodEnd = {what: good, verdict: await search.end(good, keyOf([]), runOf([]))}
    const badEnd = {what: bad, verdict: await search.end(bad, keyOf(items), runOf(items))}
    checkDiffer(goodEnd, badEnd)
    const wanted = badEnd.verdict
    const found = await minimalSet<ConfigUnit | string>(
      items,
      async set => {
        const what = `${set.length} of ${counted(items.length, noun)}`
        return (await search.decide({key: keyOf(set), what, wanted}, runOf(set))).outcome
      },
      ({estimate}) => (search.estimate = estimate),
    )
    const report: BisectReport = {
      case: one.name,
      lab,
      by: byNodes ? 'nodes' : 'keys',
      good: goodEnd,
      bad: badEnd,
      keys: (byNodes ? units : (found as readonly ConfigUnit[])).map(shownUnit),
      nodes: byNodes ? (found as readonly string[]) : [],
      releases: null,
      evidence: search.runWith(keyOf(found), wanted) ?? null,
      tested: search.tested,
      runs: search.runs,
      notes: [...notes, ...more],
    }
    await search.close()
    return report
  } finally {
    await removeCase(prepared, context)
  }
}
