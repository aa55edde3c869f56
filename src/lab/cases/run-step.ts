import {setMaxListeners} from 'node:events'
import {setTimeout as delay} from 'node:timers/promises'
import {LabError} from '../../errors.js'
import {machineLoad} from '../../http/machine-load.js'
import type {Phase} from '../../model/cases/case.js'
import {missing, valueAt, type Matches} from '../../model/cases/expectation.js'
import {kindOf, rowOf, stepText, type Step} from '../../model/cases/step.js'
import {durationOf} from '../../model/cases/values.js'
import {filledIn, type Variables} from '../../model/cases/variables.js'
import {durationText} from '../../model/duration.js'
import {loadRemark, underLoad} from '../../model/load.js'
import {silentReporter} from '../../report/json.js'
import type {LabContext} from '../context.js'
import {callText, answerText, StepFailure} from '../verify/call.js'
import {logMatcher} from '../logs/log-matcher.js'
import {isDatabase} from '../../model/topology.js'
import {runningLab} from '../links/running-lab.js'
import type {Note} from '../timeline/notes.js'
import {linesAbout} from '../verify/log-evidence.js'
import type {StepReport} from './result.js'
import type {Done, Runner, StepWork} from './runner.js'
import {exchangeText} from './runners/call.js'
import {RUNNERS} from './runners/index.js'
import type {Session} from './session.js'

/** A place of a case, and what the case says of all steps. */
export interface StepPlace {
  readonly phase: Phase
  readonly index: number
  readonly timeout: string | undefined
}

const USUAL_MS = 60_000
const POLL_MS = 250

const matches: Matches = (regex, text) => logMatcher(regex).firstOf([text]) === 0

/** What a step came to, and why not to more. */
interface Outcome {
  readonly seen: string
  readonly missing: readonly string[]
  readonly evidence: readonly string[]
  readonly answered: boolean
  readonly sets?: Variables
  readonly correlationId?: string | undefined
}

/** Nodes have deadlines of their own, by release, and APIs how long a change takes to spread. */
function limitMs(step: Step, {timeout}: StepPlace): number | undefined {
  const input = step.timeout ?? timeout
  if (input !== undefined) return durationOf(input)
  if (rowOf(step).kind.readies) return undefined
  const traffic = step.traffic === undefined ? 0 : durationOf(step.traffic.for)
  const within = step.within === undefined ? 0 : durationOf(step.within)
  return underLoad(USUAL_MS, machineLoad()) + traffic + within
}

function captured(step: Step, {body = ''}: Done): {readonly sets: Variables; readonly lacks: readonly string[]} {
  const values = Object.entries(step.capture ?? {}).map(([name, path]) => [name, path, valueAt(path, body)] as const)
  return {
    sets: Object.fromEntries(
      values.flatMap(([name, , value]) =>
        value === undefined ? [] : [[name, typeof value === 'string' ? value : JSON.stringify(value)]],
      ),
    ),
    lacks: values.flatMap(([, path, value]) => (value === undefined ? [`something at ${path}`] : [])),
  }
}

function outcomeOf(step: Step, done: Done): Outcome {
  const {sets, lacks} = captured(step, done)
  return {
    seen: done.text,
    missing: [...missing(step.expect ?? {}, done, matches), ...lacks],
    evidence: done.evidence ?? [],
    answered: !('counts' in done && Object.keys(done.counts ?? {}).join() === '0'),
    sets: {...done.sets, ...sets},
    correlationId: done.correlationId,
  }
}

/** What is a failure of the step, in words; anything else is thrown on. */
function failureOf(error: unknown): Outcome {
  if (error instanceof StepFailure) {
    const {expected, call} = error
    const evidence = [`${callText(call)}: ${answerText(call)}`]
    return {seen: answerText(call), missing: [expected], evidence, answered: call.status !== 0, correlationId: call.id}
  }
  if (error instanceof LabError) {
    const {message, code, evidence} = error
    const isMissed = code === 'wait-missed'
    const missed = isMissed ? 'that it comes' : 'that it can be done'
    return {seen: message, missing: [missed], evidence: [message, ...evidence], answered: isMissed}
  }
  throw error
}

/** Notes calls of a step whose answer is another than the one before: of all that is alike the first tells enough. */
function turns(step: Step, notes: Note[]): StepWork['onCall'] {
  const node = step.call?.node ?? step.traffic?.node
  let before: number | undefined
  return (call, atMs) => {
    if (call.status === before) return
    before = call.status
    notes.push({kind: 'call', node, atMs, text: exchangeText(call), id: call.id})
  }
}

async function attemptStep(
  step: Step,
  session: Session,
  {timeoutMs, onCall}: Pick<StepWork, 'timeoutMs' | 'onCall'>,
  context: LabContext,
) {
  const name = kindOf(step)
  const input = filledIn(step[name], session.variables)
  const work = {session, context, timeoutMs, onCall, ready: step.ready !== false}
  session.walk.continueUnder(context.signal)
  try {
    const done = await (RUNNERS[name] as Runner<typeof name>)(input as never, work)
    return outcomeOf(filledIn(step, session.variables), done)
  } catch (error) {
    context.signal.throwIfAborted()
    return failureOf(error)
  }
}

/** Until it is as expected, or for no longer than it says. */
async function attempts(
  step: Step,
  session: Session,
  way: Pick<StepWork, 'timeoutMs' | 'onCall'>,
  context: LabContext,
) {
  const end = step.within === undefined ? 0 : performance.now() + durationOf(step.within)
  for (;;) {
    const outcome = await attemptStep(step, session, way, context)
    if (outcome.missing.length === 0 || performance.now() >= end) return outcome
    await delay(POLL_MS, undefined, {signal: context.signal})
  }
}

/** What nodes logged of the call that is a sign, or is not: a step that only leads there needs no evidence. */
async function loggedAbout(
  {correlationId}: Outcome,
  {phase, at}: Pick<StepReport, 'phase' | 'at'>,
  {lab}: Session,
  context: LabContext,
): Promise<readonly string[]> {
  if (correlationId === undefined || (phase !== 'symptom' && phase !== 'absence')) return []
  const running = await runningLab(lab, context)
  const nodes = running.topology.nodes.filter(node => !isDatabase(node)).map(({name}) => name)
  return linesAbout(correlationId, {nodes, since: Date.parse(at)}, running)
}

/** Failed is what had to be done, not a sign that is not there. */
const noteOf = (
  step: Step,
  {phase, text, ok, ms, seen}: Pick<StepReport, 'phase' | 'text' | 'ok' | 'ms' | 'seen'>,
  atMs: number,
): Note => ({
  kind: step.traffic ? 'traffic' : 'step',
  atMs,
  endMs: atMs + ms,
  text: `${phase}: ${text}: ${seen}`,
  ...(!ok && (phase === 'given' || phase === 'when') && {level: 'error'}),
})

/** Does a step, and sets the variables that follow from it. What it fails by is in the report; throws on abort, and what is a bug of ours. */
export async function runStep(
  step: Step,
  place: StepPlace,
  session: Session,
  context: LabContext,
): Promise<StepReport> {
  const {phase, index} = place
  const at = new Date().toISOString()
  const text = step.name ?? stepText(filledIn(step, session.variables))
  const begin = performance.now()
  const limit = limitMs(step, place)
  const over = new AbortController()
  const signal = AbortSignal.any([context.signal, over.signal])
  setMaxListeners(0, signal)
  // `wait` ends by itself and tells what it saw last; nothing is left half done where nodes are changed.
  const ownEnd = step.wait !== undefined || rowOf(step).kind.readies === true
  const timer = limit === undefined || ownEnd ? undefined : setTimeout(() => over.abort(), limit)
  const quiet = {...context, reporter: silentReporter, signal}
  const notes: Note[] = []
  let outcome: Outcome
  try {
    outcome = await attempts(step, session, {timeoutMs: limit, onCall: turns(step, notes)}, quiet)
  } catch (error) {
    context.signal.throwIfAborted()
    if (!over.signal.aborted) throw error
    const late = `done within ${durationText(limit!)}${loadRemark(machineLoad())}`
    outcome = {seen: 'timed out', missing: [late], evidence: [], answered: false}
  } finally {
    clearTimeout(timer)
  }
  const {redactor} = session
  if (outcome.missing.length === 0) session.set(outcome.sets ?? {})
  const lines = await loggedAbout(outcome, {phase, at}, session, {...quiet, signal: context.signal})
  const redacted = (texts: readonly string[]) => texts.map(text => redactor.redact(text))
  const ms = Math.round(performance.now() - begin)
  const ok = outcome.missing.length === 0
  await session.note(noteOf(step, {phase, text, ok, ms, seen: outcome.seen}, Date.parse(at)), ...notes)
  return {
    phase,
    index,
    kind: kindOf(step),
    text: redactor.redact(text),
    ok,
    answered: outcome.answered,
    at,
    ms,
    seen: redactor.redact(outcome.seen),
    missing: redacted(outcome.missing),
    evidence: redacted([...outcome.evidence, ...lines]),
  }
}
