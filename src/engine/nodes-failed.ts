import type Docker from 'dockerode'
import {LabError, type NodeFailure} from '../errors.js'
import {MAKE_ROOM, saysDiskFull} from '../model/disk-full.js'
import {loadRemark, loadText, isLoadHigh, type MachineLoad} from '../model/load.js'
import {MAKE_ANEW, saysOldSchema} from '../model/old-schema.js'
import {lastLines} from './node-end.js'

/** A node that did not come up, and the container that may say why. */
export interface FailedNode extends NodeFailure {
  readonly container: string
}

/** Nodes whose last lines are shown. */
const MOST_QUOTED = 3

const sentence = ({node, detail}: NodeFailure) => `${node} ${detail}`

/** One error for all nodes that ended or are not ready in time, those that ended first. `load`: at the deadline that was missed. */
export async function nodesFailed(
  docker: Docker,
  failed: readonly FailedNode[],
  {
    timeoutSeconds,
    load,
    retry = 'apim-lab up',
  }: {
    readonly timeoutSeconds: number
    readonly load?: MachineLoad | undefined
    readonly retry?: string | undefined
  },
): Promise<LabError> {
  const ended = failed.filter(({state}) => state === 'exited')
  const late = failed.filter(({state}) => state === 'not-ready')
  const nodes = [...ended, ...late]
  const all = nodes.map(sentence).join('; ')
  const message = nodes.length === 1 ? all : `${nodes.length} nodes did not come up: ${all}`
  const quoted = ended.slice(0, MOST_QUOTED)
  const lines = await Promise.all(
    quoted.map(async ({node, container}) => {
      const last = await lastLines(docker, container)
      return nodes.length === 1 ? last : last.map(line => `${node} | ${line}`)
    }),
  )
  return new LabError(
    ended.length > 0 ? 'node-exited' : 'node-not-ready',
    `${message}${load ? loadRemark(load) : ''}.`,
    {
      evidence: lines.flat(),
      next: [
        ...(lines.flat().some(saysDiskFull) ? MAKE_ROOM : []),
        ...(lines.flat().some(saysOldSchema) ? MAKE_ANEW : []),
        `apim-lab logs ${nodes.map(({node}) => node).join(' ')}`,
        ended.length > 0 ? 'apim-lab up (continues where it stopped)' : `${retry} --timeout ${timeoutSeconds * 2}`,
        ...(load && isLoadHigh(load) ? [`Wait until the machine is less busy (${loadText(load)})`] : []),
      ],
      nodes: nodes.map(({node, state, detail}) => ({node, state, detail})),
    },
  )
}
