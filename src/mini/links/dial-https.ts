import {Agent, request} from 'node:https'
import type {Socket} from 'node:net'
import type {Link} from '../config/links.js'
import {lookup} from '../../names/lookup.js'
import {VERSION_PATH} from '../server/bodies.js'
import {pause} from '../retry.js'
import type {Dial, DialOptions} from './dial.js'

const BODY_LIMIT = 64 * 1024

/** A kept connection failed: a new one tells whether the server is there. */
class StaleConnection extends Error {
  constructor(cause: Error) {
    super(cause.message, {cause})
  }
}

/** A connection that is kept: the signal is aborted when it ends. */
interface Kept {
  readonly socket: Socket
  readonly ended: AbortSignal
}

function keep(socket: Socket): Kept {
  const ended = new AbortController()
  socket.once('close', () => ended.abort())
  return {socket, ended: ended.signal}
}

/**
 * One verified GET: chain against the trust store, host name against the certificate. Throws Error unless the answer is 200. Gives the
 * connection, unless the server ends it after each answer.
 */
const check = (
  {host, port}: Link,
  {trust, timeout}: DialOptions,
  signal: AbortSignal,
  agent: Agent,
): Promise<Socket | undefined> =>
  new Promise((resolve, reject) => {
    const secure = trust ? {secureContext: trust} : {}
    const options = {host, port, path: VERSION_PATH, agent, lookup, timeout, signal, ...secure}
    const outgoing = request(options, response => {
      // Read now: a kept connection is taken from its answer at the end.
      const {socket, statusCode, headers} = response
      let received = 0
      response.on('data', (chunk: Buffer) => {
        received += chunk.length
        if (received > BODY_LIMIT) outgoing.destroy(new Error('the answer does not end'))
      })
      response.on('error', reject)
      response.on('end', () => {
        if (statusCode === 200) resolve(headers.connection === 'close' ? undefined : socket)
        else reject(new Error(`GET ${VERSION_PATH} answered ${statusCode}`))
      })
    })
    // `timeout` is silence on the socket; the limit below also ends a peer that drips.
    const limit = setTimeout(() => outgoing.destroy(new Error(`no answer in ${timeout} ms`)), timeout)
    outgoing.on('close', () => clearTimeout(limit))
    outgoing.on('error', error => reject(outgoing.reusedSocket ? new StaleConnection(error) : error))
    outgoing.end()
  })

/**
 * A link is up as long as a GET succeeds: now and then, and at once when the connection ends that is kept where the server keeps it. So a
 * server that ends is noticed at once, and one that was made anew is not taken for the one before.
 */
export const dialHttps: Dial = async (link, options, signal, _onMessage, onRenewed) => {
  const agent = new Agent({keepAlive: true, maxSockets: 1})
  let kept: Kept | undefined
  const once = async () => {
    const socket = await check(link, options, signal, agent)
    if (socket && socket === kept?.socket) return false
    kept = socket && keep(socket)
    return true
  }
  // The server may have ended the kept connection at this very moment.
  const ask = () => once().catch(error => (error instanceof StaleConnection ? once() : Promise.reject(error)))
  const watch = async () => {
    for (;;) {
      await pause(options.checkEvery, signal, ...(kept ? [kept.ended] : []))
      if (signal.aborted) return 'closed by this side'
      try {
        if (await ask()) onRenewed()
      } catch (error) {
        return error instanceof Error ? error.message : String(error)
      }
    }
  }
  try {
    await once()
  } catch (error) {
    agent.destroy()
    throw error
  }
  return {detail: `GET ${VERSION_PATH} answered 200`, closed: watch().finally(() => agent.destroy())}
}
