import {LabError} from '../../errors.js'
import type {Engine} from '../../engine/engine.js'
import {buildTopology} from '../../model/build-topology.js'
import {mixReleases} from '../../model/mix-releases.js'
import {checkLabName} from '../../model/names.js'
import {findRelease} from '../../model/releases/index.js'
import type {LabSettings} from '../../model/settings.js'
import {releaseDefaults} from '../../model/release-defaults.js'
import type {Topology} from '../../model/topology.js'
import {belongingsOf, nodesOf} from '../../plan/observed.js'
import {urlChanges, urlStatements} from '../../render/stored-urls.js'
import {checkPorts} from '../checks/check-ports.js'
import type {LabContext} from '../context.js'
import {runIn} from '../run-in.js'
import {withLock} from '../state/with-lock.js'
import {readJournal, writeJournal} from './journal.js'
import {makeLab, type UpOptions} from './make-lab.js'
import {readStored} from './read-stored.js'
import {checkData, theSnapshot} from './stored.js'

export interface BranchOptions {
  /** The lab of the snapshot. */
  readonly from: string
  readonly name: string
  /** The lab that is made. */
  readonly lab: string
  readonly portOffset: number
  readonly wait: boolean
  /** How it is brought up. */
  readonly up?: UpOptions
}

export interface BranchResult {
  readonly lab: string
  readonly from: string
  readonly name: string
}

/**
 * Makes a second lab from a snapshot, beside the first, with a name and ports of its own; URLs that its databases have are changed. Throws
 * `settings-conflict` where there is a lab of that name.
 */
export const branchSnapshot = (options: BranchOptions, context: LabContext): Promise<BranchResult> => {
  checkLabName(options.lab)
  return withLock({lab: options.lab, wait: options.wait, goesOn: true}, context, () => branchLocked(options, context))
}

async function branchLocked(options: BranchOptions, context: LabContext): Promise<BranchResult> {
  const {from, name, lab, portOffset} = options
  const snapshot = await theSnapshot(from, name, context)
  const engine = await context.engine()
  await checkData(snapshot, engine)
  const {kept, topology: before} = await readStored(snapshot, context)
  const whole = findRelease(kept.release ?? snapshot.manifest.release, context.releases)
  const settings: LabSettings = {...releaseDefaults(whole), ...kept, lab, portOffset, release: before.release.name}
  const after = buildTopology({...settings, release: whole.name}, mixReleases(whole, settings, context.releases))
  const changes = urlChanges(before, after)
  const journal = context.data.journal(lab)
  const goesOn = (await readJournal(journal))?.kind === 'branch'
  const folder = context.data.lab(lab)
  const observed = await engine.observe(lab)
  if (!goesOn && (belongingsOf(observed).length > 0 || (await folder.exists()))) throw taken(options)
  await checkPorts(engine, after)
  context.reporter.begin(`Lab ${lab}: made from snapshot ${name} of lab ${from}`)
  await writeJournal(journal, {kind: 'branch', snapshot: name, from})
  await makeLab({snapshot, topology: after, lab, ...(options.up && {up: options.up})}, context)
  await rewrite(after, urlStatements(before.release.storedUrls, changes), engine, context)
  await journal.close()
  return {lab, from, name}
}

const taken = ({lab, name}: BranchOptions) =>
  new LabError('settings-conflict', `There is a lab ${lab} already.`, {
    next: [
      `apim-lab snapshot branch ${name} --lab another-name --port-offset 2000`,
      `apim-lab down --lab ${lab} --volumes (removes it)`,
    ],
  })

const MOST_SAID = 64 * 1024

/** Says statements to the lab's database server. */
async function rewrite(
  {server, settings}: Topology,
  statements: ReadonlyMap<string, string>,
  engine: Engine,
  {signal}: LabContext,
): Promise<void> {
  const node = nodesOf(await engine.observe(settings.lab)).find(({name}) => name === server.name)
  if (!node) return
  for (const [database, text] of statements) {
    const {exitCode, stdout, stderr} = await runIn(engine, node, server.clientOn(database), {
      input: text,
      mostBytes: MOST_SAID,
      signal,
    })
    if (exitCode !== 0)
      throw new LabError('snapshot-failed', `The URLs that database ${database} has could not be changed.`, {
        evidence: `${String(stdout)}${stderr}`.trim().split('\n').slice(-1),
        next: [`apim-lab down --lab ${settings.lab} --volumes (removes what was made)`],
      })
  }
}
