import {setMaxListeners} from 'node:events'
import {LabError} from '../../errors.js'
import {machineLoad} from '../../http/machine-load.js'
import {loadRemark, underLoad} from '../../model/load.js'
import type {LabContext} from '../context.js'
import {HelperPool} from '../links/helper-pool.js'
import {runningLab} from '../links/running-lab.js'
import type {Condition, Met, Missed, Waiter} from './condition.js'
import {httpWaiters} from './http.js'
import {linkWaiters} from './link.js'
import {logWaiters} from './log.js'
import {readyWaiters} from './ready.js'
import {sqlWaiters} from './sql.js'
import type {WaitedLab} from './waited-lab.js'

export interface WaitOptions {
  readonly lab: string
  /** Each has to have been met once. */
  readonly conditions: readonly Condition[]
  /** The usual time where left out, which grows with the machine's load. */
  readonly timeoutSeconds?: number
}

export interface WaitResult {
  readonly lab: string
  /** After so long the last of them was met. */
  readonly ms: number
  readonly met: readonly Met[]
}

/** Without a time of the user's. */
export const USUAL_SECONDS = 60

function waitersOf(condition: Condition, lab: WaitedLab): readonly Waiter[] {
  switch (condition.kind) {
    case 'ready':
      return readyWaiters(condition, lab)
    case 'log':
      return logWaiters(condition, lab)
    case 'http':
      return httpWaiters(condition, lab)
    case 'link':
      return linkWaiters(condition, lab)
    case 'sql':
      return sqlWaiters(condition, lab)
  }
}

/**
 * Waits until each of the conditions was met. Throws `wait-missed` when time is over, `lab-not-found` for a lab that is not up or goes down,
 * `node-unknown`, `link-unknown` or `usage-invalid` for what can never be met.
 */
export async function waitFor(
  {lab, conditions, timeoutSeconds}: WaitOptions,
  context: LabContext,
): Promise<WaitResult> {
  const {signal, reporter} = context
  const begin = performance.now()
  const running = await runningLab(lab, context)
  const over = new AbortController()
  const until = AbortSignal.any([signal, over.signal])
  // Every node may be asked at once.
  setMaxListeners(0, until)
  const pool = new HelperPool(until)
  const tell = (subject: string, text: string) => {
    if (!until.aborted) reporter.on({subject, state: 'working', text})
  }
  const inTime = {...context, signal: until}
  const waiters = conditions.flatMap(one =>
    waitersOf(one, {running: {...running, signal: until}, context: inTime, afterwards: context, pool, tell}),
  )
  reporter.begin(`Lab ${lab}: waiting until ${waiters.map(({text}) => text).join(' and ')}`)

  const limitMs = timeoutSeconds === undefined ? underLoad(USUAL_SECONDS * 1000, machineLoad()) : timeoutSeconds * 1000
  let isLate = false
  const timer = setTimeout(() => {
    isLate = true
    over.abort()
  }, limitMs)
  const met = new Map<Waiter, Met>()
  const work = waiters.map(async waiter => {
    const {condition, text} = waiter
    const found = await waiter.wait()
    met.set(waiter, {condition, text, ms: Math.round(performance.now() - begin), ...found})
    if (!until.aborted) reporter.on({subject: condition, state: 'done', text})
  })
  try {
    await Promise.all(work)
  } catch (error) {
    signal.throwIfAborted()
    // What fails after the end of time fails for that.
    if (!isLate) throw error
  } finally {
    clearTimeout(timer)
    over.abort()
    await Promise.allSettled(work)
    await pool.close()
  }
  const missed = waiters.filter(waiter => !met.has(waiter))
  if (missed.length > 0) throw await missedError(missed, waiters.length, limitMs)
  const results = waiters.map(waiter => met.get(waiter)!)
  return {lab, ms: Math.max(0, ...results.map(({ms}) => ms)), met: results}
}

async function missedError(waiters: readonly Waiter[], of: number, limitMs: number): Promise<LabError> {
  const seconds = Math.round(limitMs / 1000)
  const found = await Promise.all(waiters.map(async waiter => [waiter, await waiter.missed()] as const))
  const sentences = found.map(([{unmet}, {reason}]) => `${unmet} within ${seconds} s (${reason})`)
  const message =
    of === 1 ? sentences.join() : `${waiters.length} of ${of} conditions were not met: ${sentences.join('; ')}`
  const all = found.map(([, missed]) => missed)
  return new LabError('wait-missed', `${message}${loadRemark(machineLoad())}.`, {
    evidence: all.flatMap(({evidence = []}: Missed) => evidence),
    next: [...new Set(all.flatMap(({next}) => next))],
  })
}
