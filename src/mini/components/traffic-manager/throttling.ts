import type {CustomPolicyData, PolicyData} from '../../hub/data.js'
import {THROTTLE_REQUEST, type ThrottleDecision} from '../../hub/events.js'
import {makeCounting} from './counting.js'

/** A timer takes no more than 2^31, and windows that end at nearly the same time are ended together. */
const LONGEST_MS = 60 * 60_000
const SHORTEST_MS = 20

/** Counts the gateways' calls and says at once which keys may not be called, and when they may again. */
export interface Throttling {
  /** Throws Error for what is no ThrottleRequest. */
  count(event: unknown): void
  setPolicies(policies: readonly PolicyData[], custom: readonly CustomPolicyData[]): void
  close(): void
}

export function makeThrottling(say: (decision: ThrottleDecision) => void): Throttling {
  const counting = makeCounting()
  let timer: {readonly at: number; readonly handle: NodeJS.Timeout} | undefined

  const schedule = () => {
    const at = counting.nextEnd()
    if (at === undefined || (timer && timer.at <= at)) return
    clearTimeout(timer?.handle)
    const wait = Math.min(LONGEST_MS, Math.max(SHORTEST_MS, at - Date.now()))
    timer = {at, handle: setTimeout(expire, wait).unref()}
  }
  const expire = () => {
    timer = undefined
    for (const it of counting.expire(Date.now())) say(it)
    schedule()
  }
  return {
    count: event => {
      const {success, data: call} = THROTTLE_REQUEST.safeParse(event)
      if (!success) throw new Error('no throttling event')
      for (const it of counting.count(call, Date.now())) say(it)
      schedule()
    },
    setPolicies: (policies, custom) => {
      for (const it of counting.setPolicies(policies, custom)) say(it)
    },
    close: () => clearTimeout(timer?.handle),
  }
}
