import {judge, VERDICT_TEXTS, type Judgement} from '../../model/cases/verdict.js'
import {LabError} from '../../errors.js'
import {LOAD_BALANCER, isDatabase} from '../../model/topology.js'
import type {LabContext} from '../context.js'
import {changeNodes} from '../change-nodes.js'
import {clearFaults} from '../faults/clear.js'
import {runningLab} from '../links/running-lab.js'
import {restoreSnapshot} from '../snapshots/restore.js'
import {waitFor} from '../wait/wait-for.js'
import {silentReporter} from '../../report/json.js'
import {failureText, nodesThatRun, runPhase, seedOf, type PreparedCase} from './prepare-case.js'
import type {CaseResult, StepReport} from './result.js'
import {withSession, type Session} from './session.js'

export interface RunCaseOptions {
  /** In place of the case's. */
  readonly seed?: number
  readonly onStep?: (step: StepReport) => void
}

/** A verdict, and the steps that led to it. */
type Judged = Judgement & {readonly steps: readonly StepReport[]}

/** Runs a case from its prepared state. What it comes to is in the result; throws on abort, and for what is no matter of the case's. */
export async function runCase(
  prepared: PreparedCase,
  options: RunCaseOptions,
  context: LabContext,
): Promise<CaseResult> {
  const begin = performance.now()
  const seed = seedOf(prepared.case, options.seed)
  const judged = await judgedRun(prepared, {...options, seed}, context)
  return {...judged, seed, ms: Math.round(performance.now() - begin)}
}

async function judgedRun(
  prepared: PreparedCase,
  options: RunCaseOptions & {readonly seed: number},
  context: LabContext,
): Promise<Judged> {
  const {case: one, lab, failure, given, snapshot} = prepared
  if (failure !== undefined) return inconclusive(failure, given)
  if (snapshot !== undefined) await beginAgain(prepared, snapshot, context)
  const ill = await illness(lab, prepared.running, context)
  if (ill !== undefined) return inconclusive(`the lab was not healthy before \`when\`: ${ill}`, given)
  context.reporter.begin(`Lab ${lab}: case ${one.name}`)
  const {request, variables, redactor} = prepared
  return withSession({lab, request, variables, redactor, seed: options.seed}, context, async session => {
    try {
      const told = (text: string) => session.note({kind: 'case', atMs: Date.now(), text: `case ${one.name}: ${text}`})
      await told(`a run begins, seed ${options.seed}`)
      const judged = await runOnce(prepared, session, options, context)
      await told(`${VERDICT_TEXTS[judged.verdict]}: ${judged.reason}`)
      return judged
    } finally {
      if (session.faulty) await endFaults(lab, context)
    }
  })
}

const inconclusive = (reason: string, steps: readonly StepReport[]): Judged => ({
  verdict: 'inconclusive',
  reason,
  steps,
})

async function runOnce(
  {case: one, lab}: PreparedCase,
  session: Session,
  {onStep}: RunCaseOptions,
  context: LabContext,
): Promise<Judged> {
  const when = await runPhase({one, phase: 'when', onStep}, session, context)
  const failed = when.find(({ok}) => !ok)
  if (failed) return inconclusive(`\`when\` could not be done: ${failureText(failed)}`, when)
  const before = await nodesThatRun(lab, context)
  const signs = await runPhase({one, phase: 'symptom', onStep}, session, context)
  const symptom = signs.every(({ok}) => ok)
  const others = symptom || !one.then.absence ? [] : await runPhase({one, phase: 'absence', onStep}, session, context)
  const absence = one.then.absence && others.length > 0 ? others.every(({ok}) => ok) : undefined
  const answered = signs.every(step => step.answered)
  const healthy = answered && (await nodesThatRun(lab, context)).join() === before.join()
  return {...judge({symptom, absence, healthy}), steps: [...when, ...signs, ...others]}
}

/** The data and the files of the snapshot; and nodes that have forgotten what they had in memory, such as counters of throttling. */
async function beginAgain({lab, running}: PreparedCase, name: string, context: LabContext): Promise<void> {
  const {started} = await restoreSnapshot({lab, name, wait: false}, context)
  const {topology} = await runningLab(lab, context)
  const nodes = topology.nodes
    .filter(node => running.includes(node.name) && !isDatabase(node) && node.name !== LOAD_BALANCER)
    .map(node => node.name)
    // Those of which the restore made new ones have nothing in memory.
    .filter(node => !started.includes(node))
  if (nodes.length > 0) await changeNodes('restart', {lab, nodes, wait: false}, context)
}

/** Why a lab is not healthy; undefined where all of these nodes are ready. */
async function illness(lab: string, nodes: readonly string[], context: LabContext): Promise<string | undefined> {
  try {
    await waitFor({lab, conditions: [{kind: 'ready', nodes}]}, {...context, reporter: silentReporter})
    return undefined
  } catch (error) {
    if (error instanceof LabError && error.code === 'wait-missed') return error.message
    throw error
  }
}

/** Also where the command was asked to stop. */
async function endFaults(lab: string, context: LabContext): Promise<void> {
  await clearFaults(lab, [], {...context, signal: new AbortController().signal})
}
