import {setTimeout as delay} from 'node:timers/promises'
import {messageOf} from '../../errors.js'
import {nanosOf, wholeSeconds} from '../../model/instant.js'
import type {JvmQuestion} from '../../model/jvm-tools.js'
import {nodesOf, type ObservedNode} from '../../plan/observed.js'
import {askJvm} from '../jvm/ask-jvm.js'
import type {Captured, CapturedFile, CaptureTools, Part} from './part.js'
import {jsonText} from './redact-json.js'

/** Of each log the newest so many characters. */
const MOST_OF_LOG = 4 * 1024 * 1024

const DUMPS = [1, 2, 3]
/** Between two dumps: long enough to see what stands still. */
const BETWEEN_DUMPS_MS = 3000

async function logOf(node: ObservedNode, {live, since, redactor, context}: CaptureTools): Promise<CapturedFile> {
  let lines: string[] = []
  let length = 0
  let cut = false
  for await (const {at, stream, line} of live.engine.logs(node, {since: wholeSeconds(since), signal: context.signal})) {
    if ((nanosOf(at) ?? since) < since) continue
    const text = `${at} ${stream} ${line}`
    lines.push(text)
    length += text.length + 1
    if (length < 2 * MOST_OF_LOG) continue
    ;({lines, length} = newest(lines, length))
    cut = true
  }
  context.signal.throwIfAborted()
  if (length > MOST_OF_LOG) {
    ;({lines} = newest(lines, length))
    cut = true
  }
  return {path: `logs/${node.name}.txt`, text: redactor.redact(`${lines.join('\n')}\n`), ...(cut && {cut})}
}

function newest(lines: readonly string[], length: number): {lines: string[]; length: number} {
  let left = length
  const from = lines.findIndex(line => (left -= line.length + 1) <= MOST_OF_LOG)
  return {lines: lines.slice(from + 1), length: left}
}

/** Of each node by itself: one that can't be asked leaves the others. */
async function ofEach(
  nodes: readonly ObservedNode[],
  what: string,
  collect: (node: ObservedNode) => Promise<readonly Captured[]>,
): Promise<readonly Captured[]> {
  const all = await Promise.all(
    nodes.map(node =>
      collect(node).catch((error: unknown): readonly Captured[] => [
        {what: `${what} of ${node.name}`, why: messageOf(error)},
      ]),
    ),
  )
  return all.flat()
}

const logs: Part = {
  title: 'Logs',
  collect: tools => ofEach(nodesOf(tools.live.observed), 'log', async node => [await logOf(node, tools)]),
}

const inspect: Part = {
  title: 'Containers, as the engine tells of them',
  collect: ({live: {observed, engine}, redactor}) =>
    ofEach(nodesOf(observed), 'container', async node => {
      const found = await engine.inspect(node)
      if (!found) return [{what: `container of ${node.name}`, why: 'it has gone meanwhile'}]
      return [{path: `containers/${node.name}.json`, text: jsonText(found, redactor)}]
    }),
}

const jvms: Part = {
  title: 'Threads and heaps of JVMs',
  async collect({live, context: {signal}, redactor}) {
    const {topology, nodes} = live
    const all = (topology?.nodes ?? []).flatMap(({name, spec}) => (spec.jvm ? [{name, jvm: spec.jvm}] : []))
    if (all.length === 0) return [{what: 'JVMs', why: 'no node of this lab is a Java program'}]
    const running = [...nodes.values()].filter(
      ({name, state}) => state === 'running' && all.some(it => it.name === name),
    )
    const stopped = all.filter(({name}) => !running.some(node => node.name === name))
    const asked = await ofEach(running, 'JVM', async node => {
      const {jvm} = all.find(({name}) => name === node.name)!
      const ask = (question: JvmQuestion) => askJvm(question, {node, jvm, live}, signal)
      const files: Captured[] = []
      for (const i of DUMPS) {
        if (i > 1) await delay(BETWEEN_DUMPS_MS, undefined, {signal})
        files.push({path: `jvm/${node.name}/threads-${i}.txt`, text: redactor.redact((await ask('threads')).text)})
      }
      const heap = await ofEach([node], 'heap of the JVM', async () => [
        {path: `jvm/${node.name}/heap.txt`, text: redactor.redact((await ask('heap')).text)},
      ])
      return [...files, ...heap]
    })
    return [...asked, ...stopped.map(({name}) => ({what: `JVM of ${name}`, why: 'the node does not run'}))]
  },
}

export const NODE_PARTS: readonly Part[] = [logs, inspect, jvms]
