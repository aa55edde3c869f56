import type {Duplex} from 'node:stream'
import {reasonOf} from './failure.js'

/**
 * mini's own wire protocol on the ports where the product speaks AMQP (5672) or its data bridge (9611, 7612, ...): one JSON object a
 * line, UTF-8. The server speaks first, with a greeting; then both sides ping, so a half-open connection is noticed by both.
 */
export const PROTOCOL = 'apim-lab-mini/1'

export interface Greeting {
  readonly protocol: typeof PROTOCOL
  readonly component: string
  readonly node: string
  readonly port: number
  readonly service: string
}

export type Message = Readonly<Record<string, unknown>>

/** Milliseconds. */
export interface Pace {
  readonly pingEvery: number
  /** Nothing heard for so long: the peer is gone. */
  readonly silence: number
}

export const PACE: Pace = {pingEvery: 5_000, silence: 20_000}

/** Milliseconds that a peer has to read why it was refused. */
const FAREWELL = 1_000

export const MAX_LINE = 1024 * 1024

/** Cuts a byte stream into JSON objects. `push` throws Error for a line that is too long or no JSON object. */
export class LineReader {
  private pending: Buffer[] = []
  private length = 0
  private readonly decoder = new TextDecoder('utf-8', {fatal: true})

  private keep(part: Buffer) {
    this.length += part.length
    if (this.length > MAX_LINE) throw new Error(`a line is longer than ${MAX_LINE} bytes`)
    if (part.length > 0) this.pending.push(part)
  }

  private take(): Message {
    const bytes = Buffer.concat(this.pending)
    this.pending = []
    this.length = 0
    let value: unknown
    try {
      value = JSON.parse(this.decoder.decode(bytes))
    } catch {
      throw new Error('a line is not JSON')
    }
    if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Error('a line is no JSON object')
    return value as Message
  }

  *push(chunk: Buffer): Generator<Message> {
    let from = 0
    for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, from)) {
      this.keep(chunk.subarray(from, end))
      from = end + 1
      yield this.take()
    }
    this.keep(chunk.subarray(from))
  }
}

export interface Channel {
  send(message: Message): void
  close(): void
  /** Resolves, with the reason, when the connection is gone. Never rejects. */
  readonly closed: Promise<string>
}

/**
 * Speaks the protocol on a connected socket. Pings are answered here; other messages go to `onMessage`, which may throw to end the
 * connection. A malformed line, a silent peer, or one that does not read its answers ends it too.
 */
export const openChannel = (
  socket: Duplex,
  onMessage: (message: Message, channel: Channel) => void,
  pace = PACE,
): Channel => {
  const reader = new LineReader()
  let heard = Date.now()
  /** The first reason is the true one; what follows are its consequences. */
  let reason: string | undefined
  let corked = false

  /** What is sent while one round of events is handled goes out as one write: a gateway sends a line for each call. */
  const gather = () => {
    if (corked) return
    corked = true
    socket.cork()
    setImmediate(() => {
      corked = false
      socket.uncork()
    })
  }
  const send = (message: Message) => {
    if (!socket.writable) return
    if (socket.writableLength > MAX_LINE) return end('the peer does not read')
    gather()
    socket.write(`${JSON.stringify(message)}\n`)
  }
  const end = (why: string) => {
    reason ??= why
    socket.destroy()
  }
  const refuse = (error: unknown) => {
    reason ??= reasonOf(error)
    clearInterval(timer)
    socket.off('data', onData)
    // The peer may go on sending; what it sends must still be read, or the error line never gets through.
    socket.on('data', () => undefined)
    if (socket.writable) socket.end(`${JSON.stringify({type: 'error', message: reason})}\n`)
    setTimeout(() => socket.destroy(), FAREWELL).unref()
  }
  const onData = (chunk: Buffer) => {
    heard = Date.now()
    try {
      for (const message of reader.push(chunk)) {
        if (message.type === 'ping') send({type: 'pong'})
        else if (message.type !== 'pong') onMessage(message, channel)
      }
    } catch (error) {
      refuse(error)
    }
  }
  const timer = setInterval(() => {
    if (Date.now() - heard > pace.silence) end(`nothing heard for ${pace.silence} ms`)
    else send({type: 'ping'})
  }, pace.pingEvery)
  const closed = new Promise<string>(resolve => {
    socket.once('close', () => {
      clearInterval(timer)
      resolve(reason ?? 'the peer closed the connection')
    })
  })
  const channel: Channel = {send, close: () => end('closed by this side'), closed}

  socket.on('error', error => (reason ??= reasonOf(error)))
  socket.on('data', onData)
  return channel
}

/** What a component makes of a connection to one of its services: it gets each message and says whether it knew it. */
export type Serve = (channel: Channel) => (message: Message) => boolean

/** The server's side: greets, then serves. An operation that mini does not have is said to be missing, and the connection stays. */
export const greet = (socket: Duplex, greeting: Greeting, pace = PACE, serve?: Serve): Channel => {
  // eslint-disable-next-line prefer-const -- the channel needs it, and it needs the channel
  let known: ((message: Message) => boolean) | undefined
  const channel = openChannel(
    socket,
    (message, from) => {
      if (known?.(message)) return
      // An error is never answered: two sides would complain to each other for ever.
      if (message.type === 'error') return
      const type = typeof message.type === 'string' ? message.type.slice(0, 100) : typeof message.type
      from.send({type: 'error', code: 501, message: `${greeting.service} has no operation ${type}`})
    },
    pace,
  )
  known = serve?.(channel)
  channel.send({...greeting})
  return channel
}

/** Reads a server's first line. Throws Error if it is no greeting of this protocol. */
export const readGreeting = (message: Message): Greeting => {
  const {protocol, component, node, port, service} = message
  if (protocol !== PROTOCOL) throw new Error(`the peer does not speak ${PROTOCOL}`)
  if (typeof component !== 'string' || typeof node !== 'string' || typeof service !== 'string') {
    throw new Error('the greeting is incomplete')
  }
  return {protocol, component, node, port: Number(port), service}
}
