import {LabError} from '../../../errors.js'
import {listOf} from '../../../model/cases/values.js'
import {changeNodes, type Change} from '../../change-nodes.js'
import type {Done, Runner, StepWork} from '../runner.js'

/** Nodes that can't become ready are the point of some cases: they are started, and left alone. */
const NO_WAIT_SECONDS = 1

const SECOND_MS = 1000

/** Seconds that nodes may take to become ready. */
export const readySeconds = ({ready, timeoutMs}: StepWork): number | undefined =>
  ready ? (timeoutMs === undefined ? undefined : Math.ceil(timeoutMs / SECOND_MS)) : NO_WAIT_SECONDS

/** The work; that nodes are not ready is no failure where nobody waits for it. */
export async function unlessUnready<T>(ready: boolean, work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work()
  } catch (error) {
    if (!ready && error instanceof LabError && error.code === 'node-not-ready') return undefined
    throw error
  }
}

const change =
  (verb: Change) =>
  async (input: string | readonly string[], work: StepWork): Promise<Done> => {
    const {session, context, ready} = work
    const seconds = readySeconds(work)
    const nodes = listOf(input)
    const options = {lab: session.lab, nodes, wait: false, ...(seconds !== undefined && {timeoutSeconds: seconds})}
    const result = await unlessUnready(ready, () => changeNodes(verb, options, context))
    const changed = verb === 'stop' ? result?.stopped : result?.started
    return {text: changed && changed.length > 0 ? `${verb}: ${changed.join(', ')}` : `${verb}: ${nodes.join(', ')}`}
  }

export const stop: Runner<'stop'> = change('stop')
export const start: Runner<'start'> = change('start')
export const restart: Runner<'restart'> = change('restart')
