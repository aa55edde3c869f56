import {connect, createServer, type Server, type Socket} from 'node:net'
import {reasonOf} from '../../src/mini/failure.js'
import type {Log} from '../../src/mini/log.js'
import {lookup} from '../../src/names/lookup.js'
import {makeDoor} from '../../src/mini/server/door.js'
import type {Dial, Protocols} from '../../src/mini/links/dial.js'

/** How AMQP 0-9-1 begins: the client names the version. */
const HEADER = Buffer.from('AMQP\0\0\x09\x01', 'latin1')
/** Milliseconds in which a client has to send it. */
const HEADER_WITHIN = 10_000
const METHOD_FRAME = 1
const FRAME_END = 0xce

const uint16 = (value: number) => Buffer.from([value >> 8, value & 0xff])
const uint32 = (value: number) => Buffer.concat([uint16(value >>> 16), uint16(value & 0xffff)])
const longString = (text: string) => Buffer.concat([uint32(text.length), Buffer.from(text, 'latin1')])

/** Class 10, method 10, on channel 0: Connection.Start, with an empty table of properties. */
const startFrame = () => {
  const version = Buffer.from([0, 9])
  const payload = Buffer.concat([uint16(10), uint16(10), version, uint32(0), longString('PLAIN'), longString('en_US')])
  return Buffer.concat([
    Buffer.from([METHOD_FRAME]),
    uint16(0),
    uint32(payload.length),
    payload,
    Buffer.from([FRAME_END]),
  ])
}

/**
 * A server that answers AMQP's protocol header as a broker does and then only keeps the connection: what follows in the protocol it
 * does not have. Another header is answered with the right one, as the protocol wants it.
 */
export const amqpServer = (log: Log, deadline = HEADER_WITHIN): Server => {
  const server = createServer({noDelay: true, keepAlive: true})
  const door = makeDoor(server, log)
  server.on('connection', (socket: Socket) => {
    const limit = setTimeout(() => socket.destroy(), deadline)
    socket.once('close', () => clearTimeout(limit))
    let seen = Buffer.alloc(0)
    const onData = (chunk: Buffer) => {
      seen = Buffer.concat([seen, chunk])
      if (seen.length < HEADER.length && HEADER.subarray(0, seen.length).equals(seen)) return
      socket.off('data', onData)
      // What follows is still read, or the end of the connection would not be seen.
      socket.resume()
      if (!seen.subarray(0, HEADER.length).equals(HEADER)) return socket.end(HEADER)
      clearTimeout(limit)
      door.letIn(socket)
      socket.write(startFrame())
    }
    socket.on('data', onData)
  })
  return server
}

/** Connects to a broker, says the header, waits for a method frame on channel 0 and keeps the connection. */
export const dialAmqp: Dial = async ({host, port}, {timeout}, signal) => {
  const socket = connect({host, port, lookup, keepAlive: true})
  const abort = () => socket.destroy()
  signal.addEventListener('abort', abort)
  let reason = 'the peer closed the connection'
  const closed = new Promise<string>(resolve => socket.once('close', () => resolve(reason))).finally(() =>
    signal.removeEventListener('abort', abort),
  )
  socket.on('error', error => (reason = reasonOf(error)))
  const limit = setTimeout(() => socket.destroy(new Error(`no AMQP answer in ${timeout} ms`)), timeout)
  const failure = await Promise.race([firstFrame(socket), closed])
  clearTimeout(limit)
  if (failure !== undefined) {
    socket.destroy()
    throw new Error(failure)
  }
  return {detail: 'greeted with AMQP 0-9-1', closed}
}

/** Resolves with what is wrong with the first bytes, or undefined. */
const firstFrame = (socket: Socket) =>
  new Promise<string | undefined>(resolve => {
    let seen = Buffer.alloc(0)
    socket.once('connect', () => socket.write(HEADER))
    socket.on('data', (chunk: Buffer) => {
      if (seen.length >= 3) return
      seen = Buffer.concat([seen, chunk])
      if (seen.length >= 3)
        resolve(
          seen[0] === METHOD_FRAME && seen.readUInt16BE(1) === 0 ? undefined : 'the peer does not speak AMQP 0-9-1',
        )
    })
  })

/** The event hub's port, as the product has it. */
export const AMQP: Protocols = new Map([[5672, {dial: dialAmqp, server: amqpServer}]])
