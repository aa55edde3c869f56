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
  /** How long a client may stay without a login, if not 30 s: a fresh lab's account may be made late. */
  readonly login?: number
}

const LOGIN = 30_000
export const PACE: Pace = {pingEvery: 10_000, silence: 30_000}

/** Milliseconds that a peer has to read why it was refused. */
const FAREWELL = 1_000

/** Bytes of a line: of a peer that has logged in or that this node called, and of one that nobody knows yet. */
export const MAX_LINE = 256 * 1024
export const MAX_FIRST_LINE = 4 * 1024

/** Bytes that may wait for a peer to read them: a round of throttling decisions, and the answers to one that nobody knows yet. */
const MAX_WAITING = 1024 * 1024
const MAX_FIRST_WAITING = 64 * 1024

/** Parts of a line that are kept apart: each costs more than its bytes. */
const MAX_PARTS = 64

/** Cuts a byte stream into JSON objects. `push` throws Error for a line that is longer than `limit` bytes or no JSON object. */
export class LineReader {
  private pending: Buffer[] = []
  private length = 0
  private readonly decoder = new TextDecoder('utf-8', {fatal: true})

  constructor(public limit = MAX_LINE) {}

  private keep(part: Buffer) {
    this.length += part.length
    if (this.length > this.limit) throw new Error(`a line is longer than ${this.limit} bytes`)
    if (part.length > 0) this.pending.push(part)
    if (this.pending.length > MAX_PARTS) this.pending = [Buffer.concat(this.pending)]
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
  /** Sends a JSON object that is text already. */
  sendText(json: string): void
  close(): void
  /** The peer has logged in: it may send long lines and stay. */
  loggedIn(): void
  /** Resolves, with the reason, when the connection is gone. Never rejects. */
  readonly closed: Promise<string>
}

/** What a server does about its clients. */
export interface Watch {
  readonly loggedIn: () => void
  /** A client that had logged in was dropped, by this side. */
  readonly dropped: (why: string) => void
}

/**
 * Speaks the protocol on a connected socket. Pings are answered here; other messages go to `onMessage`, which may throw to end the
 * connection. A malformed line, a silent peer, or one that does not read its answers ends it too. With a `watch` the peer is a client:
 * until it has logged in it has short lines, and so long as `pace` says.
 */
export function openChannel(
  socket: Duplex,
  onMessage: (message: Message, channel: Channel) => void,
  pace = PACE,
  watch?: Watch,
): Channel {
  const reader = new LineReader(watch ? MAX_FIRST_LINE : MAX_LINE)
  let known = !watch
  let heard = Date.now()
  /** The first reason is the true one; what follows are its consequences. */
  let reason: string | undefined
  /** What is sent while one round of events is handled goes out as one write: a gateway sends a line for each call. */
  let waiting = ''
  const flush = () => {
    const text = waiting
    waiting = ''
    if (text !== '' && socket.writable) socket.write(text)
  }
  const sendText = (json: string) => {
    if (!socket.writable) return
    if (socket.writableLength + waiting.length > (known ? MAX_WAITING : MAX_FIRST_WAITING)) {
      drop('the peer does not read')
      socket.destroy()
      return
    }
    if (waiting === '') setImmediate(flush)
    waiting += `${json}\n`
  }
  const send = (message: Message) => sendText(JSON.stringify(message))
  const drop = (why: string) => {
    if (reason !== undefined) return
    reason = why
    if (known) watch?.dropped(why)
  }
  const refuse = (error: unknown) => {
    drop(reasonOf(error))
    clearInterval(timer)
    clearTimeout(deadline)
    socket.off('data', onData)
    // The peer may go on sending; what it sends must still be read, within reason, or the error line never gets through.
    let drained = 0
    socket.on('data', (chunk: Buffer) => {
      drained += chunk.length
      if (drained > MAX_LINE) socket.destroy()
    })
    flush()
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
    const quiet = Date.now() - heard
    // The peer has just pinged: one of the two is enough.
    if (quiet < pace.pingEvery / 2) return
    if (quiet <= pace.silence) return send({type: 'ping'})
    drop(`nothing heard for ${pace.silence} ms`)
    socket.destroy()
  }, pace.pingEvery)
  const {login = LOGIN} = pace
  const deadline = watch && setTimeout(() => refuse(new Error(`no login within ${login} ms`)), login)
  const closed = new Promise<string>(resolve => {
    socket.once('close', () => {
      clearInterval(timer)
      clearTimeout(deadline)
      resolve(reason ?? 'the peer closed the connection')
    })
  })
  const close = () => {
    reason ??= 'closed by this side'
    socket.destroy()
  }
  const loggedIn = () => {
    if (known) return
    known = true
    clearTimeout(deadline)
    reader.limit = MAX_LINE
    watch?.loggedIn()
  }
  const channel: Channel = {send, sendText, close, loggedIn, closed}

  socket.on('error', error => (reason ??= reasonOf(error)))
  socket.on('data', onData)
  return channel
}

/** What a component makes of a connection to one of its services: it gets each message and says whether it knew it. */
export type Serve = (channel: Channel) => (message: Message) => boolean

const UNWATCHED: Watch = {loggedIn: () => undefined, dropped: () => undefined}

/** The server's side: greets, then serves. An operation that mini does not have is said to be missing, and the connection stays. */
export function greet(
  socket: Duplex,
  greeting: Greeting,
  pace = PACE,
  serve?: Serve,
  watch: Watch = UNWATCHED,
): Channel {
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
    watch,
  )
  known = serve?.(channel)
  channel.send({...greeting})
  return channel
}

/** Reads a server's first line. Throws Error if it is no greeting of this protocol. */
export function readGreeting(message: Message): Greeting {
  const {protocol, component, node, port, service} = message
  if (protocol !== PROTOCOL) throw new Error(`the peer does not speak ${PROTOCOL}`)
  if (typeof component !== 'string' || typeof node !== 'string' || typeof service !== 'string') {
    throw new Error('the greeting is incomplete')
  }
  return {protocol, component, node, port: Number(port), service}
}
