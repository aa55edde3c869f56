import {execa} from 'execa'
import {eventually} from '../../support/eventually.js'
import {runInside} from './run-inside.js'
import type {TestLab} from './test-lab.js'

/** What a client of a link sees, and when: milliseconds since 1970, by the clock of all containers. */
export interface Seen {
  readonly from: number
  readonly connected?: number
  readonly first?: number
  /** When it stopped looking. */
  readonly until: number
  readonly bytes: number
  readonly error?: string
}

export interface Patience {
  /** It looks for an answer no longer than this once it is connected; for a connection as long as `connectMs`. */
  readonly ms?: number
  readonly connectMs?: number
  /** It has seen enough when so many bytes have come. */
  readonly enough?: number
}

/** More than any machine needs for what comes at once: who waits so long is told nothing. */
const LONG_MS = 30_000
/** Silence is what nothing breaks for so long. On a busy machine that may be too short to hear something, and never too long. */
const SILENCE_MS = 800

/** What waits for an answer, however busy the machine is. */
export const PATIENT: Patience = {ms: LONG_MS, enough: 1}
/** What takes a silence for one. */
export const BRIEF: Patience = {ms: SILENCE_MS, connectMs: SILENCE_MS}
/** What is connected whatever it takes, and takes the silence after that for one. */
export const CONNECTED: Patience = {ms: SILENCE_MS}

/** Says hello in AMQP and tells what comes. */
const KNOCK = `
  const [host, port, limit, connectLimit, enough] = process.argv.slice(2)
  const seen = {from: Date.now(), bytes: 0}
  const end = () => { console.log(JSON.stringify({...seen, until: Date.now()})); process.exit(0) }
  const socket = require('node:net').connect(Number(port), host)
  let timer = setTimeout(end, Number(connectLimit))
  socket.on('connect', () => {
    seen.connected = Date.now()
    clearTimeout(timer)
    timer = setTimeout(end, Number(limit))
    socket.write(Buffer.from('AMQP\\0\\0\\x09\\x01', 'latin1'))
  })
  socket.on('data', chunk => { seen.first ??= Date.now(); seen.bytes += chunk.length; if (seen.bytes >= enough) end() })
  socket.on('error', error => { seen.error = error.code; end() })`

/** Calls a server of the event hub from inside of a node. */
export async function knock(
  lab: TestLab,
  {client = 'gateway-1', host = 'traffic-manager-1', port = 5672} = {},
  {ms = LONG_MS, connectMs = LONG_MS, enough = Infinity}: Patience = PATIENT,
): Promise<Seen> {
  const args = [host, port, ms, connectMs, enough].map(String)
  return JSON.parse(await runInside(lab, client, KNOCK, args)) as Seen
}

/** Holds a connection that is open; at a time on its input it says something on it, and tells what comes of that within so many milliseconds. */
const HOLD = `
  const socket = require('node:net').connect(5672, 'traffic-manager-1')
  const tell = text => { console.log(text); if (text !== 'open') process.exit(0) }
  socket.on('connect', () => socket.write(Buffer.from('AMQP\\0\\0\\x09\\x01', 'latin1')))
  socket.once('data', () => tell('open'))
  socket.on('error', error => tell(error.code))
  socket.on('close', () => tell('closed'))
  process.stdin.on('data', text => { socket.write('nonsense'); setTimeout(() => tell('silent'), Number(text)) })`

/** A connection from the gateway to the event hub that is open already. */
export interface Held {
  /** What comes of saying something on it: an error, `closed`, or `silent`. `isSilence`: whether nothing is expected. */
  said(isSilence: boolean): Promise<string | undefined>
}

export async function hold(lab: TestLab): Promise<Held> {
  const child = execa('docker', ['exec', '-i', `${lab.name}-gateway-1`, 'node', '-e', HOLD], {
    reject: false,
    buffer: false,
  })
  const lines: string[] = []
  child.stdout.on('data', (chunk: Buffer) => lines.push(...chunk.toString().trim().split('\n')))
  await eventually('an open connection', () => lines.includes('open'), LONG_MS)
  return {
    async said(isSilence) {
      if (lines.length < 2) child.stdin.write(`${isSilence ? 2 * SILENCE_MS : LONG_MS}\n`)
      await child
      return lines[1]
    },
  }
}
