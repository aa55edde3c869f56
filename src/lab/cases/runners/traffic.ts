import {setTimeout as delay} from 'node:timers/promises'
import {durationOf} from '../../../model/cases/values.js'
import type {Call} from '../../verify/call.js'
import type {Runner} from '../runner.js'
import {counted, countsText, endpointOf, httpRequest, samples} from './call.js'

const SECOND_MS = 1000

/** When calls begin, in milliseconds from the start: open loop, so whatever becomes of those before. */
export function arrivals(
  rate: number,
  forMs: number,
  kind: 'even' | 'poisson',
  random: () => number,
): readonly number[] {
  const gap = SECOND_MS / rate
  const next = () => (kind === 'even' ? gap : -Math.log(1 - random()) * gap)
  const times: number[] = []
  for (let at = kind === 'even' ? 0 : next(); at < forMs; at += next()) times.push(at)
  return times
}

/** The value below which such a share of sorted ones lies. */
const quantile = (sorted: readonly number[], share: number) =>
  Math.round(sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0)

/** A scheduler of our own: generators on npm keep so many connections busy, which slows arrivals down just where a bug makes answers slow. */
export const traffic: Runner<'traffic'> = async (input, work) => {
  const {walk, random} = work.session
  const {signal} = work.context
  const endpoint = endpointOf(input, work)
  const request = await httpRequest(input, work)
  const times = arrivals(input.rate, durationOf(input.for), input.arrivals ?? 'even', random)
  const begin = performance.now()
  const latencies: number[] = []
  const one = async (): Promise<Call> => {
    const [from, atMs] = [performance.now(), Date.now()]
    const answer = await walk.ask(endpoint, request)
    work.onCall(answer, atMs)
    latencies.push(performance.now() - from)
    return answer
  }
  const asked: Promise<Call>[] = []
  try {
    for (const at of times) {
      await delay(Math.max(0, begin + at - performance.now()), undefined, {signal})
      const answer = one()
      // Awaited below.
      answer.catch(() => undefined)
      asked.push(answer)
    }
  } finally {
    await Promise.allSettled(asked)
  }
  const calls = await Promise.all(asked)
  const counts = counted(calls)
  const sorted = latencies.toSorted((a, b) => a - b)
  const latency = {p50: quantile(sorted, 0.5), p95: quantile(sorted, 0.95), max: quantile(sorted, 1)}
  return {
    text: `${calls.length} calls, ${countsText(counts)}; ${latency.p50} ms in the middle, ${latency.p95} ms for 95 %, ${latency.max} ms at most`,
    counts,
    latency,
    evidence: samples(calls),
  }
}
