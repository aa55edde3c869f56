// Calls a server at a constant rate, whether it keeps up or not, and prints the milliseconds that calls took as JSON. Arguments: URL, token,
// calls a second, seconds, connections. A call that finds its connection busy counts from the time at which it was due: a server that stands
// still for a while makes all calls of that while wait, and not one alone (coordinated omission, as in wrk2).
import {connect, type TLSSocket} from 'node:tls'
import {percentile} from './figures.js'

const [target = '', token, rate = '', seconds = '', connections = ''] = process.argv.slice(2)
const {hostname, port, pathname} = new URL(target)
const every = (1000 * Number(connections)) / Number(rate)
const request = `GET ${pathname} HTTP/1.1\r\nHost: ${hostname}\r\nAuthorization: Bearer ${token}\r\n\r\n`

/** How long calls that are late are waited for. */
const PATIENCE_MS = 10_000
/** Calls of the beginning are made and not counted: V8 compiles what makes them meanwhile (wrk2 leaves its first seconds out too). */
const WARMING_MS = 1000

const took: {since: number; ms: number}[] = []
let made = 0

/** The length of a whole answer; undefined while its head is not all there. */
function lengthOf(answer: string): number | undefined {
  const end = answer.indexOf('\r\n\r\n')
  if (end < 0) return undefined
  if (!answer.startsWith('HTTP/1.1 200 ')) throw new Error(`not answered well:\n${answer}`)
  const [, length] = /\r\ncontent-length: (\d+)/i.exec(answer) ?? []
  return end + 4 + Number(length)
}

/** One connection: `due` says that a call is to be made. */
function caller(socket: TLSSocket) {
  const late: number[] = []
  let since: number | undefined
  let answer = ''
  const send = (from: number) => {
    since = from
    socket.write(request)
  }
  socket.setEncoding('latin1')
  socket.on('data', (part: string) => {
    answer += part
    if (answer.length !== lengthOf(answer) || since === undefined) return
    took.push({since, ms: performance.now() - since})
    answer = ''
    since = undefined
    const next = late.shift()
    if (next !== undefined) send(next)
  })
  return (at: number, now: number) => (since === undefined ? send(now) : late.push(at))
}

const callers = await Promise.all(
  Array.from(
    {length: Number(connections)},
    () =>
      new Promise<ReturnType<typeof caller>>((resolve, reject) => {
        const socket: TLSSocket = connect({host: '127.0.0.1', port: Number(port), rejectUnauthorized: false}, () =>
          resolve(caller(socket)),
        )
        socket.setNoDelay(true).on('error', reject)
      }),
  ),
)
const began = performance.now()
const counted = began + WARMING_MS
const ends = counted + Number(seconds) * 1000
const next = callers.map((_, i) => began + (i * every) / callers.length)
const timer = setInterval(() => {
  const now = performance.now()
  for (const [i, due] of callers.entries()) {
    for (; next[i]! <= now && next[i]! < ends; next[i]! += every, made++) due(next[i]!, now)
  }
  if (now < ends || (took.length < made && now < ends + PATIENCE_MS)) return
  clearInterval(timer)
  const times = took.flatMap(it => (it.since < counted ? [] : it.ms)).sort((a, b) => a - b)
  console.log(JSON.stringify({calls: times.length, p50: percentile(times, 0.5), p99: percentile(times, 0.99)}))
  process.exit(0)
}, 1)
