import type {LabEvent, LinkGoneEvent, NodeFacts} from './event.js'
import {isDatabaseRow, type IdentifiedRow} from './link-row.js'

export type NodeState = 'ready' | 'starting' | 'unhealthy' | 'exited' | 'paused' | 'created' | 'missing'

/** What is known of a node. */
export interface SeenNode extends NodeFacts {
  /** A helper found it ready, and nothing newer says otherwise: health checks run seldom. */
  readonly proven: boolean
}

/** What is known of a lab. */
export interface LabState {
  readonly nodes: ReadonlyMap<string, SeenNode>
  /** By `linkKey`. */
  readonly links: ReadonlyMap<string, IdentifiedRow>
}

export const NOTHING_SEEN: LabState = {nodes: new Map(), links: new Map()}

const STATES: Readonly<Record<Exclude<NodeFacts['run'], 'running'>, NodeState>> = {
  created: 'created',
  restarting: 'starting',
  paused: 'paused',
  exited: 'exited',
  removing: 'exited',
  dead: 'exited',
  missing: 'missing',
}

/** The state of a node as its engine and its health check tell it. */
function toldState({run, health}: Pick<NodeFacts, 'run' | 'health'>): NodeState {
  if (run !== 'running') return STATES[run]
  return health === 'healthy' ? 'ready' : health === 'unhealthy' ? 'unhealthy' : 'starting'
}

/** The state of a node, in the words of `status`. */
export const nodeState = (node: SeenNode): NodeState => (node.proven ? 'ready' : toldState(node))

/** Nodes of which a health check says nothing yet, or nothing good: it may be over by now. */
export const unsureNodes = ({nodes}: LabState): readonly string[] =>
  [...nodes].flatMap(([name, node]) => (['starting', 'unhealthy'].includes(nodeState(node)) ? [name] : []))

/** What tells a row from the others of a lab: links of several purposes share an id. */
export const linkKey = (link: string, {purpose, key}: Pick<LinkGoneEvent, 'purpose' | 'key'>): string =>
  [link, purpose ?? '', key ?? ''].join('\n')

/** Purpose and key of a row; a login has neither. */
export const tellsApart = (row: IdentifiedRow): Pick<LinkGoneEvent, 'purpose' | 'key'> =>
  isDatabaseRow(row) ? {purpose: null, key: null} : {purpose: row.purpose, key: row.key}

function without<V>(map: ReadonlyMap<string, V>, key: string): ReadonlyMap<string, V> {
  return new Map([...map].filter(([other]) => other !== key))
}

/** Whether what a helper found still holds: the same run of the node, whose health check has not become worse since. */
function stillProven(before: SeenNode | undefined, now: NodeFacts): boolean {
  if (!before?.proven || before.started !== now.started || now.run !== 'running') return false
  return now.health !== 'unhealthy' || before.health === 'unhealthy'
}

/** The state after an event. The only way to one: whoever shows a lab folds events. */
export function reduce(state: LabState, event: LabEvent): LabState {
  const {nodes, links} = state
  switch (event.kind) {
    case 'node': {
      const {node, seen} = event
      return {...state, nodes: new Map(nodes).set(node, {...seen, proven: stillProven(nodes.get(node), seen)})}
    }
    case 'node-gone':
      return {...state, nodes: without(nodes, event.node)}
    case 'probe': {
      const node = nodes.get(event.node)
      if (node?.run !== 'running') return state
      return {...state, nodes: new Map(nodes).set(event.node, {...node, proven: event.ready})}
    }
    case 'link':
      return {...state, links: new Map(links).set(linkKey(event.link, tellsApart(event.row)), event.row)}
    case 'link-gone':
      return {...state, links: without(links, linkKey(event.link, event))}
    case 'down':
      return NOTHING_SEEN
  }
}

/** The state after some events. */
export const fold = (events: readonly LabEvent[], state: LabState = NOTHING_SEEN): LabState =>
  events.reduce(reduce, state)
