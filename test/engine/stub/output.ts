import {end, isRunning, print} from './life.js'
import type {Container, LogEntry} from './model.js'
import {type Call, type Hijacked, type Output, type Reply, flag, frame, whenAborted} from './reply.js'

const PIECE = 16384

/** A line as the engine sends it: pieces of 16 KiB, each with its time. */
function encode({at, stream, text}: LogEntry, tty: boolean, timestamps: boolean): Buffer {
  const bytes = Buffer.from(`${text}${tty ? '\r\n' : '\n'}`)
  const pieces: Buffer[] = []
  for (let from = 0; from < bytes.length; from += PIECE) {
    const time = timestamps ? `${new Date(at).toISOString().replace('Z', '000000Z')} ` : ''
    const piece = Buffer.concat([Buffer.from(time), bytes.subarray(from, from + PIECE)])
    pieces.push(tty ? piece : frame(stream, piece))
  }
  return Buffer.concat(pieces)
}

/** GET /containers/{id}/logs. */
export function logs({world, query}: Call, container: Container): Reply {
  const tail = query.get('tail') ?? 'all'
  const since = Number(query.get('since') ?? 0) * 1000
  const tty = container.config.Tty === true
  const wanted = ({stream}: LogEntry) => flag(query, stream)
  return {
    kind: 'stream',
    type: 'application/vnd.docker.raw-stream',
    run: async ({write, closed}) => {
      const send = (entry: LogEntry) => wanted(entry) && write(encode(entry, tty, flag(query, 'timestamps')))
      const old = container.log.filter(entry => wanted(entry) && entry.at >= since)
      for (const entry of tail === 'all' ? old : old.slice(old.length - Math.min(Number(tail), old.length))) send(entry)
      if (flag(query, 'follow') && isRunning(container)) await untilEnd(world.bus, container, closed, send)
    },
  }
}

async function untilEnd(
  bus: Call['world']['bus'],
  {id}: Container,
  closed: AbortSignal,
  send: (entry: LogEntry) => unknown,
): Promise<void> {
  bus.on(`log ${id}`, send)
  await new Promise<void>(resolve => {
    for (const end of ['exit', 'removed']) bus.once(`${end} ${id}`, () => resolve())
    whenAborted(closed, resolve)
  })
  bus.off(`log ${id}`, send)
}

/** POST /containers/{id}/attach: output as it comes, and input for the behaviour. */
export function attach(call: Call, container: Container): Reply {
  const {world, query, hijack} = call
  const tty = container.config.Tty === true
  const run = async (connection: Output | Hijacked) => {
    const send = (entry: LogEntry) => flag(query, entry.stream) && connection.write(encode(entry, tty, false))
    if (flag(query, 'logs')) container.log.forEach(send)
    if ('onData' in connection && flag(query, 'stdin')) feed(call, container, connection)
    // A container is attached to before it is started, too.
    if (flag(query, 'stream') && container.status !== 'exited')
      await untilEnd(world.bus, container, connection.closed, send)
  }
  return hijack ? {kind: 'hijack', run} : {kind: 'stream', type: 'application/vnd.docker.raw-stream', run}
}

function feed({world}: Call, container: Container, connection: Hijacked): void {
  let rest = ''
  let last: Promise<void> = Promise.resolve()
  connection.onData(chunk => {
    const lines = (rest + chunk.toString()).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) {
      last = last.then(async () => {
        for (const answer of (await container.behaviour.attach?.(line)) ?? []) print(world, container, answer)
      })
    }
  })
  connection.onEnd(() => {
    void last.then(() => {
      if (container.config.StdinOnce && isRunning(container)) end(world, container, container.behaviour.exitCode ?? 0)
    })
  })
}
