import {PassThrough, Readable} from 'node:stream'
import type {ExecTerminal} from '../../../engine/engine.js'
import {oneLine} from '../../../model/one-line.js'
import {exec as execIn} from '../../exec.js'
import {knownNodes, pickNodes} from '../../state/pick-nodes.js'
import type {Runner} from '../runner.js'

const MOST_BYTES = 64 * 1024
const MOST_SHOWN = 300

/** What is written to it, up to a bound. */
function collector() {
  const chunks: Buffer[] = []
  let bytes = 0
  const stream = new PassThrough()
  stream.on('data', (chunk: Buffer) => {
    if (bytes < MOST_BYTES) chunks.push(chunk)
    bytes += chunk.length
  })
  return {stream, text: () => Buffer.concat(chunks).toString('utf8', 0, MOST_BYTES)}
}

export const exec: Runner<'exec'> = async ({node, command}, {session, context}) => {
  const {lab, running} = session
  const [first] = pickNodes([node], knownNodes(running.observed, running.topology), lab)
  const output = collector()
  const terminal: ExecTerminal = {
    stdin: Readable.from([]) as unknown as NodeJS.ReadStream,
    stdout: output.stream,
    stderr: output.stream,
    tty: false,
  }
  const words = typeof command === 'string' ? ['sh', '-c', command] : command
  const exit = await execIn({lab, node: first!.name, command: words, terminal}, context)
  const text = output.text()
  const shown = oneLine(text, MOST_SHOWN)
  return {
    text: `exit status ${exit}${shown === '' ? '' : `, ${shown}`}`,
    exit,
    output: text,
    evidence: [`${first!.name}: ${oneLine(words.join(' '), MOST_SHOWN)}: exit status ${exit}, ${shown}`],
  }
}
