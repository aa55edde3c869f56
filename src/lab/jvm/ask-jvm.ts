import {LabError} from '../../errors.js'
import {DEAF, jvmCommand, NO_JVM, NO_TOOLS, OTHER_USER, signalCommand, type JvmQuestion} from '../../model/jvm-tools.js'
import {oneLine} from '../../model/one-line.js'
import type {JvmSpec} from '../../model/release.js'
import type {ObservedNode} from '../../plan/observed.js'
import {labOption} from '../resolve/named-lab.js'
import {runIn, type RunResult} from '../run-in.js'
import type {LiveLab} from '../state/live-lab.js'
import {dumpInLog} from './dump-in-log.js'

/** Far above what a thread dump or a histogram takes. */
const MOST_TEXT_BYTES = 64 * 1024 * 1024

/** A node, and the JVM in it. */
export interface AskedJvm {
  readonly node: ObservedNode
  readonly jvm: JvmSpec
  readonly live: Pick<LiveLab, 'engine' | 'lab'>
}

/** What a JVM says of itself. */
export interface JvmAnswer {
  readonly text: string
  /** Who was asked: the tools of its JDK, or the JVM itself, which answers a signal in its node's log. */
  readonly by: 'jcmd' | 'signal'
}

/** Runs a command of jvm-tools.ts as the user that the JVM runs as: it answers nobody else. */
export async function runAtJvm(
  {node, live: {engine}}: AskedJvm,
  command: readonly string[],
  signal: AbortSignal,
  mostBytes = MOST_TEXT_BYTES,
): Promise<RunResult> {
  const result = await runIn(engine, node, command, {mostBytes, signal})
  if (result.exitCode !== OTHER_USER) return result
  return runIn(engine, node, command, {mostBytes, signal, user: result.stdout.toString('utf8').trim()})
}

const REASONS: Readonly<Record<number, (node: string, jvm: JvmSpec) => string>> = {
  [NO_TOOLS]: node =>
    `The image of ${node} has no jcmd: it has a Java runtime without its tools. Only threads can be had of it.`,
  [NO_JVM]: (node, {mainClass}) => `No JVM in ${node} runs ${mainClass}: it may not have started yet.`,
  [DEAF]: node =>
    `The image of ${node} has no jcmd, and its JVM does not catch SIGQUIT: it has only just begun, or it runs with -Xrs.`,
}

/** Throws `jvm-unavailable` for a command that could not be done. */
export function checkAnswered({exitCode, stdout, stderr}: RunResult, {node: {name}, jvm, live: {lab}}: AskedJvm): void {
  if (exitCode === 0) return
  const next = [`apim-lab logs ${name}${labOption(lab)}`, `apim-lab exec ${name}${labOption(lab)}`]
  const reason = REASONS[exitCode]
  if (reason) {
    const threads = exitCode === NO_TOOLS ? [`apim-lab jvm ${name} threads${labOption(lab)}`] : []
    throw new LabError('jvm-unavailable', reason(name, jvm), {next: [...threads, ...next]})
  }
  const lines = `${stdout.toString('utf8')}${stderr}`.trim().split('\n')
  throw new LabError('jvm-unavailable', `The JVM of ${name} does not do it (exit status ${exitCode}).`, {
    // What is wrong is said first; a Java program's stack comes after it.
    evidence: lines.slice(0, 3).map(line => oneLine(line, 300)),
    next,
  })
}

/** Threads, heap or collections of a node's JVM, as text. Where its JDK has no tools it can still be asked for its threads. Throws `jvm-unavailable`. */
export async function askJvm(question: JvmQuestion, asked: AskedJvm, signal: AbortSignal): Promise<JvmAnswer> {
  const result = await runAtJvm(asked, jvmCommand(question, asked.jvm), signal)
  if (result.exitCode === NO_TOOLS && question === 'threads') return bySignal(asked, signal)
  checkAnswered(result, asked)
  return {text: result.stdout.toString('utf8'), by: 'jcmd'}
}

async function bySignal(asked: AskedJvm, signal: AbortSignal): Promise<JvmAnswer> {
  const {node, live} = asked
  const since = await live.engine.now()
  checkAnswered(await runAtJvm(asked, signalCommand(asked.jvm), signal), asked)
  const text = await dumpInLog(live.engine, node, since, signal)
  if (text !== undefined) return {text, by: 'signal'}
  throw new LabError(
    'jvm-unavailable',
    `The JVM of ${node.name} was asked for its threads by SIGQUIT, and nothing came to the node's log.`,
    {next: [`apim-lab logs ${node.name} --tail 20${labOption(live.lab)}`]},
  )
}
