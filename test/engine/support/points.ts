import assert from 'node:assert/strict'
import {FAULTS, type Fault} from '../stub/stub-engine.js'
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

/** Every kind in this process, and one of them after the other as a process. */
export const kindsAt = (n: number): readonly Kind[] => [...FAULTS, `process ${FAULTS[n % FAULTS.length]!}`, 'kill']

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
