import {LabError} from '../../errors.js'
import {NETWORKS, resourceName} from '../../model/names.js'
import {linkText, stepLinks} from '../../model/walk-links.js'
import type {StepName} from '../../model/walk.js'
import {HelperQuestions} from '../links/helper-questions.js'
import {runningLab, type RunningLab} from '../links/running-lab.js'
import type {LabContext} from '../context.js'
import {checkReplaceable} from '../../disk/replaceable.js'
import {noteTaker, type Note} from '../timeline/notes.js'
import {answerText, callText} from './call.js'
import {checkWalkable} from './check-walkable.js'
import {curlLines} from './curl.js'
import {labRoutes} from './lab-routes.js'
import {linesAbout} from './log-evidence.js'
import {runSteps, type StepResult} from './run-steps.js'
import {seedSteps, verifySteps, type Step} from './steps.js'
import {walkThrough} from './walk-through.js'
import type {Walk} from './walk.js'
import {sampleBackendOf} from './sample-backend.js'
import type {Backend} from './routes.js'

/** A step as it is reported: what others may rely on in `verify --json`. */
export interface VerifyStep {
  readonly name: StepName
  readonly title: string
  readonly ok: boolean
  readonly skipped?: true
  readonly ms: number
  /** The links that it used: `gateway-1 -> key-manager-1:9443`. */
  readonly links: readonly string[]
  readonly detail: string
  /** Why it failed. */
  readonly failure?: StepEvidence
}

export interface StepEvidence {
  readonly expected: string
  readonly got: string
  readonly call: string
  /** The correlation id of that call, and the lines of the nodes' logs that carry it. */
  readonly correlationId: string
  readonly log: readonly string[]
}

export interface VerifyResult {
  readonly lab: string
  readonly release: string
  readonly passed: boolean
  readonly steps: readonly VerifyStep[]
  /** What to type to go on by hand, with what was kept. */
  readonly curl: readonly string[]
}

export interface VerifyOptions {
  readonly lab: string
  readonly keep: boolean
  /** Where a report will be written: checked before anything else. */
  readonly report?: string
}

/** Walks the life of an API through a running lab. A step that fails is in the result; throws for a lab that can't be walked through. */
export async function verify({lab, keep, report}: VerifyOptions, context: LabContext): Promise<VerifyResult> {
  if (report !== undefined) await checkReplaceable(report)
  const running = await runningLab(lab, context)
  checkWalkable(running)
  context.reporter.begin(`Lab ${lab}: walking the life of an API through release ${running.topology.release.name}`)
  const sampleBackend = keep ? sampleBackendOf(running.topology) : undefined
  const {engine, folder, helperImage, signal} = running
  const helper = await engine.openHelper({
    lab,
    folder: folder.path,
    image: helperImage,
    place: {network: resourceName(lab, NETWORKS.lab)},
    signal,
  })
  const questions = new HelperQuestions(helper, signal)
  try {
    const backend = await helperBackend(questions, helper.hostName)
    const walk = await walkThrough(running, {routes: labRoutes(running, questions), backend, sampleBackend}, context)
    return await walked(walk, {steps: verifySteps(keep, running.topology.release.walk!), keep}, running, context)
  } finally {
    questions.end()
    await helper.close()
  }
}

/** Makes an API that can be called, and leaves it. Throws `step-failed`. */
export async function seed(lab: string, context: LabContext): Promise<VerifyResult> {
  const running = await runningLab(lab, context)
  checkWalkable(running)
  // Nothing else than a body is known of it.
  const sampleBackend = sampleBackendOf(running.topology)
  const backend = {url: sampleBackend, isBody: (body: string) => body !== ''}
  const walk = await walkThrough(running, {routes: labRoutes(running), backend, sampleBackend}, context)
  const result = await walked(walk, {steps: seedSteps(running.topology.release.walk!), keep: true}, running, context)
  const failed = result.steps.find(({ok, skipped}) => !ok && !skipped)
  if (!failed) return result
  throw new LabError('step-failed', `The API of --seed can't be called: ${failed.title}: ${failed.detail}.`, {
    evidence: failed.failure?.log ?? [],
    next: [`apim-lab verify --lab ${lab}`, `apim-lab links --lab ${lab}`],
  })
}

async function helperBackend(questions: HelperQuestions, host: string): Promise<Backend> {
  const reply = await questions.ask({kind: 'backend'})
  if (reply.kind !== 'result' || !reply.ok)
    throw new LabError('engine-failed', 'The helper container could not serve a backend.', {next: ['apim-lab doctor']})
  const address = `${host}:${reply.detail}`
  return {
    url: `http://${address}`,
    webSocketUrl: `ws://${address}`,
    isBody(body, resource) {
      try {
        return String((JSON.parse(body) as {path?: unknown}).path).startsWith(resource)
      } catch {
        return false
      }
    },
  }
}

async function walked(
  walk: Walk,
  {steps, keep}: {readonly steps: readonly Step[]; readonly keep: boolean},
  running: RunningLab,
  context: LabContext,
): Promise<VerifyResult> {
  const {reporter, data} = context
  const {topology} = running
  const {lab} = topology.settings
  const notes: Note[] = []
  const results = await runSteps(steps, walk, {
    keep,
    onBegin: ({name, title}) => reporter.on({subject: name, state: 'working', text: title}),
    onEnd: ({name, title, ok, skipped, detail, ms}) => {
      reporter.on({
        subject: name,
        state: ok ? 'done' : skipped ? 'warning' : 'failed',
        text: walk.options.redactor.redact(skipped ? `skipped, ${detail}` : detail),
      })
      const endMs = Date.now()
      const level = ok || skipped ? {} : {level: 'error' as const}
      notes.push({kind: 'step', atMs: endMs - ms, endMs, text: `verify: ${title}: ${detail}`, ...level})
    },
  })
  await (
    await noteTaker(running, walk.options.redactor)
  )(...notes)
  const reported = await Promise.all(results.map(result => reportOf(result, walk, running)))
  const callable = results.some(({name, ok}) => name === 'call' && ok)
  const kept = {folder: running.folder, authorityPath: data.authorityPath}
  const result: Omit<VerifyResult, 'curl'> = {
    lab,
    release: topology.release.name,
    passed: results.every(({ok}) => ok),
    steps: reported,
  }
  // For `capture`: the walk has been made, whether or not this can be written.
  const noted = {at: new Date().toISOString(), ...result}
  await running.folder.writePrivate('verify', `${JSON.stringify(noted, undefined, 2)}\n`).catch(() => undefined)
  return {
    ...result,
    curl: keep && callable ? await curlLines(walk, running, kept) : [],
  }
}

async function reportOf(
  {name, title, ok, skipped, ms, detail, failed}: StepResult,
  walk: Walk,
  running: RunningLab,
): Promise<VerifyStep> {
  const {redactor} = walk.options
  const links = stepLinks(name, running.topology)
  const step = {
    name,
    title,
    ok,
    ...(skipped && {skipped}),
    ms,
    links: links.map(linkText),
    detail: redactor.redact(detail),
  }
  if (!failed) return step
  const {expected, call} = failed
  const nodes = [...new Set(links.flatMap(({client, server}) => [client, server]))]
  const lines = await linesAbout(call.id, {nodes, since: walk.since}, running)
  return {
    ...step,
    failure: {
      expected: redactor.redact(expected),
      got: redactor.redact(answerText(call)),
      call: redactor.redact(callText(call)),
      correlationId: call.id,
      log: lines.map(line => redactor.redact(line)),
    },
  }
}
