import {randomUUID} from 'node:crypto'
import {resolve} from 'node:path'
import {setTimeout as delay} from 'node:timers/promises'
import {checkTarget, writeArchive} from '../../disk/image-archive.js'
import {LabError} from '../../errors.js'
import {recordingCommands, type JvmQuestion} from '../../model/jvm-tools.js'
import type {LabContext} from '../context.js'
import {notRunning} from '../exec.js'
import {labOption} from '../resolve/named-lab.js'
import {liveLab} from '../state/live-lab.js'
import {checkThere, knownNodes, pickNode} from '../state/pick-nodes.js'
import {askJvm, checkAnswered, runAtJvm, type AskedJvm, type JvmAnswer} from './ask-jvm.js'

/** A recording of ten minutes takes some megabytes. */
const MOST_RECORDING_BYTES = 512 * 1024 * 1024
const STOP_MS = 10_000
const SECOND_MS = 1000

/** A node that runs, and its JVM. Throws `node-unknown`, `node-exited`, and `jvm-unavailable` for one that has none. */
async function theJvm(lab: string, wanted: string, context: LabContext): Promise<AskedJvm> {
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
      `${name} has no JVM: ${planned?.spec.title ?? name} of this lab is not a Java program.`,
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

export interface JvmText extends JvmAnswer {
  readonly lab: string
  readonly node: string
}

/** Threads, heap or collections of a node's JVM. Throws `jvm-unavailable`. */
export async function jvmText(
  question: JvmQuestion,
  {lab, node: wanted}: {readonly lab: string; readonly node: string},
  context: LabContext,
): Promise<JvmText> {
  const asked = await theJvm(lab, wanted, context)
  return {lab, node: asked.node.name, ...(await askJvm(question, asked, context.signal))}
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
  const asked = await theJvm(lab, options.node, context)
  const {node} = asked
  const {begin, end, drop} = recordingCommands(asked.jvm, `/tmp/apim-lab-${randomUUID()}.jfr`)
  checkAnswered(await runAtJvm(asked, begin, signal), asked)
  reporter.begin(`Lab ${lab}: recording ${node.name} for ${seconds} s`)
  try {
    await delay(seconds * SECOND_MS, undefined, {signal})
    const result = await runAtJvm(asked, end, signal, MOST_RECORDING_BYTES)
    checkAnswered(result, asked)
    const sizeBytes = await writeArchive(file, only(result.stdout), {force, mode: 0o600, onBytes: () => undefined})
    return {lab, node: node.name, file, sizeBytes}
  } catch (error) {
    // Otherwise it would go on for ever.
    await runAtJvm(asked, drop, AbortSignal.timeout(STOP_MS)).catch(() => undefined)
    throw error
  }
}

async function* only(content: Buffer): AsyncGenerator<Buffer> {
  yield content
}
