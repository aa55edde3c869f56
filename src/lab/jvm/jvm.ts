import {randomUUID} from 'node:crypto'
import {resolve} from 'node:path'
import {setTimeout as delay} from 'node:timers/promises'
import {checkTarget, writeArchive} from '../../disk/image-archive.js'
import {LabError} from '../../errors.js'
import {jvmCommand, NO_JVM, NO_TOOLS, recordingCommands, type JvmQuestion} from '../../model/jvm-tools.js'
import {oneLine} from '../../model/one-line.js'
import type {JvmSpec} from '../../model/release.js'
import type {ObservedNode} from '../../plan/observed.js'
import type {LabContext} from '../context.js'
import {notRunning} from '../exec.js'
import {labOption} from '../resolve/named-lab.js'
import {runIn, type RunResult} from '../run-in.js'
import {liveLab, type LiveLab} from '../state/live-lab.js'
import {checkThere, knownNodes, pickNode} from '../state/pick-nodes.js'

/** Far above what a thread dump or a histogram takes. */
const MOST_TEXT_BYTES = 64 * 1024 * 1024
/** A recording of ten minutes takes some megabytes. */
const MOST_RECORDING_BYTES = 512 * 1024 * 1024
const STOP_MS = 10_000
const SECOND_MS = 1000

export interface JvmRequest {
  readonly lab: string
  readonly node: string
  readonly signal: AbortSignal
}

/** What the tools say of a node's JVM, as text. Throws `jvm-unavailable`. */
export async function askJvm(
  question: JvmQuestion,
  node: ObservedNode,
  jvm: JvmSpec,
  {engine, lab, signal}: Pick<LiveLab, 'engine' | 'lab'> & {readonly signal: AbortSignal},
): Promise<string> {
  const result = await runIn(engine, node, jvmCommand(question, jvm), {mostBytes: MOST_TEXT_BYTES, signal})
  checkAnswered(result, node.name, jvm, lab)
  return result.stdout.toString('utf8')
}

function checkAnswered({exitCode, stdout, stderr}: RunResult, node: string, {mainClass}: JvmSpec, lab: string): void {
  if (exitCode === 0) return
  const next = [`apim-lab logs ${node}${labOption(lab)}`, `apim-lab exec ${node}${labOption(lab)}`]
  if (exitCode === NO_TOOLS)
    throw new LabError(
      'jvm-unavailable',
      `The image of ${node} has no jcmd: it has a Java runtime without its tools.`,
      {
        next: [...next, 'apim-lab images build --from ZIP (makes images with a whole JDK)'],
      },
    )
  if (exitCode === NO_JVM)
    throw new LabError('jvm-unavailable', `No JVM in ${node} runs ${mainClass}: it may not have started yet.`, {next})
  const lines = `${stdout.toString('utf8')}${stderr}`.trim().split('\n')
  throw new LabError('jvm-unavailable', `The JVM of ${node} does not answer (exit status ${exitCode}).`, {
    evidence: lines.slice(-3).map(line => oneLine(line, 300)),
    next,
  })
}

/** A node that runs, and its JVM. Throws `node-unknown`, `node-exited`, and `jvm-unavailable` for one that has none. */
async function theJvm(lab: string, wanted: string, context: LabContext) {
  const live = await liveLab(lab, context)
  const {observed, topology, nodes} = live
  checkThere(lab, observed)
  const {name, component} = pickNode(wanted, knownNodes(observed, topology), lab)
  const planned = topology?.nodes.find(node => node.name === name)
  const jvm = planned?.spec.jvm
  if (!jvm) {
    const other = context.releases.find(release => release.components.some(it => it.name === component && it.jvm))
    throw new LabError(
      'jvm-unavailable',
      `${name} has no JVM: ${planned?.spec.title ?? name} of this lab is no Java program.`,
      {
        next: [
          `apim-lab logs ${name}${labOption(lab)}`,
          `apim-lab exec ${name}${labOption(lab)}`,
          ...(other ? [`apim-lab up --release ${other.name} --lab another-name (its ${component} is one)`] : []),
        ],
      },
    )
  }
  const node = nodes.get(name)
  if (node?.state !== 'running') throw notRunning(lab, name, node)
  return {live, node, jvm}
}

export interface JvmText {
  readonly lab: string
  readonly node: string
  readonly text: string
}

/** Threads, heap or collections of a node's JVM. Throws `jvm-unavailable`. */
export async function jvmText(
  question: JvmQuestion,
  {lab, node: wanted}: {readonly lab: string; readonly node: string},
  context: LabContext,
): Promise<JvmText> {
  const {live, node, jvm} = await theJvm(lab, wanted, context)
  const text = await askJvm(question, node, jvm, {...live, signal: context.signal})
  return {lab, node: node.name, text}
}

export interface RecordingOptions {
  readonly lab: string
  readonly node: string
  readonly seconds: number
  readonly path: string
  readonly workingDirectory: string
  readonly force: boolean
}

export interface Recording {
  readonly lab: string
  readonly node: string
  readonly file: string
  readonly sizeBytes: number
}

/** Records what a node's JVM does for so long, into a file that only its owner may read. Throws `jvm-unavailable`. */
export async function record(options: RecordingOptions, context: LabContext): Promise<Recording> {
  const {lab, seconds, force} = options
  const {signal, reporter} = context
  const file = resolve(options.workingDirectory, options.path)
  await checkTarget(file, force, `jvm ${options.node} flight-recorder --output`)
  const {live, node, jvm} = await theJvm(lab, options.node, context)
  const {begin, end, drop} = recordingCommands(jvm, `/tmp/apim-lab-${randomUUID()}.jfr`)
  const run = (command: readonly string[], until: AbortSignal, mostBytes = MOST_TEXT_BYTES) =>
    runIn(live.engine, node, command, {mostBytes, signal: until})
  checkAnswered(await run(begin, signal), node.name, jvm, lab)
  reporter.begin(`Lab ${lab}: recording ${node.name} for ${seconds} s`)
  try {
    await delay(seconds * SECOND_MS, undefined, {signal})
    const result = await run(end, signal, MOST_RECORDING_BYTES)
    checkAnswered(result, node.name, jvm, lab)
    const sizeBytes = await writeArchive(file, only(result.stdout), {force, mode: 0o600, onBytes: () => undefined})
    return {lab, node: node.name, file, sizeBytes}
  } catch (error) {
    // Otherwise it would go on for ever.
    await run(drop, AbortSignal.timeout(STOP_MS)).catch(() => undefined)
    throw error
  }
}

async function* only(content: Buffer): AsyncGenerator<Buffer> {
  yield content
}
