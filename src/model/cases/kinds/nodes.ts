import {namedNodes, stepKind} from '../step-kind.js'
import {listOf, nodes} from '../values.js'

const EXAMPLE = 'traffic-manager'

const text = (input: string | readonly string[]) => listOf(input).join(', ')

export const stop = stepKind({
  name: 'stop',
  summary: 'Stops nodes',
  schema: nodes,
  example: EXAMPLE,
  text,
  expects: [],
  names: input => namedNodes(input),
})

export const start = stepKind({
  name: 'start',
  summary: 'Starts nodes, and waits until they are ready',
  schema: nodes,
  example: EXAMPLE,
  text,
  expects: [],
  names: input => namedNodes(input),
  readies: true,
})

export const restart = stepKind({
  name: 'restart',
  summary: 'Restarts nodes, and waits until they are ready',
  schema: nodes,
  example: EXAMPLE,
  text,
  expects: [],
  names: input => namedNodes(input),
  readies: true,
})
