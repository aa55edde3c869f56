import {request} from 'node:https'
import type {Link} from '../config/links.js'
import {lookup} from '../resolve.js'
import {VERSION_PATH} from '../server/bodies.js'
import {pause} from '../retry.js'
import type {Dial, DialOptions} from './dial.js'

const BODY_LIMIT = 64 * 1024

/** One verified GET: chain against the trust store, host name against the certificate. Throws Error unless the answer is 200. */
const check = ({host, port}: Link, {trust, timeout}: DialOptions, signal: AbortSignal): Promise<void> =>
  new Promise((resolve, reject) => {
    const secure = trust ? {secureContext: trust} : {}
    const options = {host, port, path: VERSION_PATH, agent: false as const, lookup, timeout, signal, ...secure}
    const outgoing = request(options, response => {
      let received = 0
      response.on('data', (chunk: Buffer) => {
        received += chunk.length
        if (received > BODY_LIMIT) outgoing.destroy(new Error('the answer does not end'))
      })
      response.on('error', reject)
      response.on('end', () => {
        if (response.statusCode === 200) resolve()
        else reject(new Error(`GET ${VERSION_PATH} answered ${response.statusCode}`))
      })
    })
    // `timeout` is silence on the socket; the limit below also ends a peer that drips.
    const limit = setTimeout(() => outgoing.destroy(new Error(`no answer in ${timeout} ms`)), timeout)
    outgoing.on('close', () => clearTimeout(limit))
    outgoing.on('error', reject)
    outgoing.end()
  })

/** An HTTPS link has no connection of its own: it is up as long as a GET every few seconds succeeds. */
export const dialHttps: Dial = async (link, options, signal) => {
  await check(link, options, signal)
  const watch = async () => {
    for (;;) {
      await pause(options.checkEvery, signal)
      if (signal.aborted) return 'closed by this side'
      try {
        await check(link, options, signal)
      } catch (error) {
        return error instanceof Error ? error.message : String(error)
      }
    }
  }
  return {detail: `GET ${VERSION_PATH} answered 200`, closed: watch()}
}
