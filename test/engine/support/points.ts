import assert from 'node:assert/strict'
import {FAULTS, type Fault, type JournalEntry} from '../stub/stub-engine.js'
import type {Command, SweepLab} from './sweep-lab.js'

/**
 * What happens at one request: a fault for a command in this process, the same for a process of its own, which must end by
 * itself, or that process is killed.
 */
export type Kind = Fault | `process ${Fault}` | 'kill'

export interface Point {
  readonly command: Command
  /** The request, counted from 1. */
  readonly n: number
  readonly kind: Kind
}

export const describePoint = ({command, n, kind}: Point) => `${command}, request ${n}, ${kind}`

/** A run in which something goes wrong may ask the engine for more. */
const MORE = 3

/** Every kind in this process, and one of them after the other as a process. */
const kindsAt = (n: number): readonly Kind[] => [...FAULTS, `process ${FAULTS[n % FAULTS.length]!}`, 'kill']

/** Requests that do the same, whatever they do it to: `POST /containers/_/start`. */
const sortOf = ({method, path}: JournalEntry): string =>
  `${method} ${path.replace(/\?.*/, '').replace(/^(\/\w+\/)(?!create$|prune$|json$)[^/]+/, '$1_')}`

/** What these commands ask for, others whose requests are all swept ask for too: a few kinds at a sort, and one of so many further requests. */
const FEWER: Partial<Record<Command, {readonly kinds: number; readonly further: number}>> = {
  restore: {kinds: 3, further: 6},
  branch: {kinds: 3, further: 6},
}

/** Every kind at the first request of each sort, and one of them after the other at further ones; or, with `all`, every kind at each. */
export function pointsOf(command: Command, calls: readonly JournalEntry[], all = false): readonly Point[] {
  const seen = new Set<string>()
  return Array.from({length: calls.length + MORE}, (_, index) => index + 1).flatMap(n => {
    const call = calls[n - 1]
    const sort = call ? sortOf(call) : 'more'
    const isNew = !seen.has(sort)
    seen.add(sort)
    const kinds = kindsAt(n)
    const byTurn = (count: number) => Array.from({length: count}, (_, i) => kinds[(n + i) % kinds.length]!)
    const {kinds: atSort, further} = FEWER[command] ?? {kinds: kinds.length, further: 1}
    const chosen = all ? kinds : isNew ? byTurn(atSort) : n % further === 0 ? byTurn(1) : []
    return chosen.map(kind => ({command, n, kind}))
  })
}

/** Goes through one point. Returns whether the command came as far as that request. */
export async function sweep(lab: SweepLab, {command, n, kind}: Point): Promise<boolean> {
  const {stub} = lab
  await lab.begin(command)
  if (kind === 'kill') await lab.process(command, n)
  else if (kind.startsWith('process ')) {
    stub.failAt(n, kind.slice('process '.length) as Fault)
    const {exitCode, stderr} = await lab.process(command)
    assert.doesNotMatch(stderr, /This is a bug|^ {4}at /m)
    assert.ok(exitCode === 0 || (exitCode === 1 && stderr.includes('Next:')), `exit code ${exitCode}: ${stderr}`)
  } else {
    stub.failAt(n, kind as Fault)
    await lab.attempt(command)
  }
  const call = stub.calls[n - 1]
  stub.resetCalls()
  try {
    await lab.converge(command)
    await lab.takeDown()
  } catch (error) {
    throw new Error(`after ${call?.method} ${call?.path.slice(0, 90)}`, {cause: error})
  }
  return call !== undefined
}
