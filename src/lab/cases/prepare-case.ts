import {randomInt} from 'node:crypto'
import {LabError} from '../../errors.js'
import {attempt} from '../../model/attempt.js'
import {stepsOf, type Case, type Phase} from '../../model/cases/case.js'
import type {Variables} from '../../model/cases/variables.js'
import {MOST_SEED} from '../../model/faults/schedule.js'
import {oneLine} from '../../model/one-line.js'
import type {LabContext} from '../context.js'
import {down} from '../down.js'
import {runningLab} from '../links/running-lab.js'
import type {NamedRequest} from '../resolve/resolve-lab.js'
import {deleteSnapshot} from '../snapshots/delete.js'
import {saveSnapshot} from '../snapshots/save.js'
import {Redactor} from '../../model/redactor.js'
import {configured} from '../verify/configured.js'
import {sampleBackendOf} from '../verify/sample-backend.js'
import {
  bringUp,
  caseSettings,
  checkAbsent,
  labRequest,
  isSnapshotName,
  snapshotName,
  type CaseLabOptions,
  type LoadedCase,
} from './case-lab.js'
import {beginFrom} from './begin-from.js'
import {caseSnapshot, type CaseSnapshot} from './case-snapshot.js'
import {checkCase} from './check-case.js'
import type {StepReport} from './result.js'
import {runStep} from './run-step.js'
import {withSession, type Session} from './session.js'

export interface PrepareOptions extends CaseLabOptions {
  /** The state is saved after `given`, so that each of several runs begins with it. */
  readonly repeats: boolean
  /** What was made stays where this throws. */
  readonly keep?: boolean
  /** Told of each step that was done. */
  readonly onStep?: (step: StepReport) => void
}

/** A case whose lab is up and whose `given` is done: it can be run, once, or as often as one likes where the state was saved. */
export interface PreparedCase {
  readonly case: Case
  readonly lab: string
  readonly release: string
  /** Name of the snapshot that runs begin with; undefined: one run, with the lab as it is. */
  readonly snapshot: string | undefined
  readonly request: NamedRequest
  readonly variables: Variables
  readonly redactor: Redactor
  readonly given: readonly StepReport[]
  /** Nodes that ran then. */
  readonly running: readonly string[]
  /** Why the case has no verdict: the lab did not come up, or a step of `given` failed. */
  readonly failure: string | undefined
}

/** What can be wrong with a lab that its case has asked for. */
const NOT_UP: readonly string[] = ['node-exited', 'node-not-ready']

/** Of what was seen, in a line that tells why there is no verdict. */
const MOST_SEEN = 200

const newSeed = () => randomInt(MOST_SEED)

export const seedOf = ({seed}: Case, asked: number | undefined): number => asked ?? seed ?? newSeed()

/** Does the steps of a phase until one is not as expected. */
export async function runPhase(
  {one, phase, onStep}: {readonly one: Case; readonly phase: Phase; readonly onStep: PrepareOptions['onStep']},
  session: Session,
  context: LabContext,
): Promise<readonly StepReport[]> {
  const done: StepReport[] = []
  for (const [index, step] of stepsOf(one, phase).entries()) {
    const report = await runStep(step, {phase, index, timeout: one.timeout}, session, context)
    done.push(report)
    onStep?.(report)
    if (!report.ok) break
  }
  return done
}

export async function nodesThatRun(lab: string, context: LabContext): Promise<readonly string[]> {
  const {nodes} = await runningLab(lab, context)
  return [...nodes.values()].filter(({state}) => state === 'running').map(({name}) => name)
}

export const failureText = ({text, missing, seen}: StepReport): string =>
  `${text}: expected ${missing.join('; ')}; seen: ${oneLine(seen, MOST_SEEN)}`

async function upOf(
  request: NamedRequest,
  snapshot: CaseSnapshot | undefined,
  context: LabContext,
): Promise<{readonly release: string; readonly failure?: string}> {
  try {
    return snapshot ? await beginFrom(snapshot, request, context) : await bringUp(request, undefined, context)
  } catch (error) {
    if (!(error instanceof LabError) || !NOT_UP.includes(error.code)) throw error
    return {
      release: request.flags.release ?? request.labFile?.release ?? '',
      failure: `the lab did not come up: ${error.message}`,
    }
  }
}

/**
 * Brings the lab of a case up, with nothing in it, does `given`, and saves the state where it is to be run more than once. What the case itself
 * makes fail is told in `failure`; throws where the lab is there already, and for all that is no matter of the case's: then nothing is left of it.
 * `removeCase` takes away what it has made.
 */
export async function prepareCase(
  loaded: LoadedCase,
  options: PrepareOptions,
  context: LabContext,
): Promise<PreparedCase> {
  const {case: one} = loaded
  await checkCase(loaded, {...options, whole: false}, context)
  const request = labRequest(loaded, await caseSettings(loaded, context), options, context)
  const {lab} = request
  await checkAbsent(lab, context)
  try {
    return await prepare(one, {request, snapshot: await caseSnapshot(loaded, context)}, options, context)
  } catch (error) {
    if (!options.keep) await removeCase({lab}, context).catch(() => undefined)
    throw error
  }
}

async function prepare(
  one: Case,
  {request, snapshot}: {readonly request: NamedRequest; readonly snapshot: CaseSnapshot | undefined},
  options: PrepareOptions,
  context: LabContext,
): Promise<PreparedCase> {
  const {lab} = request
  const redactor = new Redactor()
  const nothing = {case: one, lab, request, redactor, snapshot: undefined, variables: {}, given: [], running: []}
  const {release, failure} = await upOf(request, snapshot, context)
  if (failure !== undefined) return {...nothing, release, failure}
  const live = await runningLab(lab, context)
  const {admin} = await configured(live)
  const builtIn = {
    lab,
    'admin.username': admin.username,
    'admin.password': admin.password,
    // A lab without a gateway has none.
    backend: attempt(() => sampleBackendOf(live.topology)) ?? '',
  }
  context.reporter.begin(`Lab ${lab}: what is given`)
  const input = {lab, request, variables: builtIn, redactor, seed: seedOf(one, undefined)}
  const {given, variables, after} = await withSession(input, context, async session => ({
    given: await runPhase({one, phase: 'given', onStep: options.onStep}, session, context),
    variables: session.variables,
    after: session.request,
  }))
  const failed = given.find(({ok}) => !ok)
  const running = await nodesThatRun(lab, context)
  const prepared = {...nothing, request: after, release, variables, given, running}
  if (failed) return {...prepared, failure: `what is given could not be done: ${failureText(failed)}`}
  if (!options.repeats) return {...prepared, failure: undefined}
  const name = snapshotName()
  await saveSnapshot({lab, name, wait: false, workingDirectory: context.data.path}, context)
  return {...prepared, snapshot: name, failure: undefined}
}

/** Removes the lab of a case with all that it has, and the snapshots that were made for it. Goes on where the command was asked to stop. */
export async function removeCase({lab}: {readonly lab: string}, context: LabContext): Promise<void> {
  const own = {...context, signal: new AbortController().signal}
  await down({lab, volumes: true, wait: true}, own)
  await removeBeginning({lab}, context)
}

/** Removes the snapshots that the runs of a case began from. Goes on where the command was asked to stop. */
export async function removeBeginning({lab}: {readonly lab: string}, context: LabContext): Promise<void> {
  const own = {...context, signal: new AbortController().signal}
  for (const name of await context.data.snapshots(lab).names())
    if (isSnapshotName(name)) await deleteSnapshot({lab, name, wait: true}, own)
}
