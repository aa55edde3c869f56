import type {NodeFacts} from '../../lab-events/event.js'
import type {Engine} from '../../engine/engine.js'
import {endText} from '../../model/node-end.js'
import {nodesOf, type ObservedNode} from '../../plan/observed.js'
import type {LabContext} from '../context.js'
import {activeFaults, type ActiveFault} from '../faults/active-faults.js'
import {withLastReady} from './last-ready.js'
import {liveLab, type LiveLab} from './live-lab.js'

/** With what is broken on purpose. */
export type LookedAt = LiveLab & {readonly faults: readonly ActiveFault[]}

/** A lab as it was found, and of each of its nodes what events tell: those planned, in their order, then those that only the engine has. */
export interface Look {
  readonly live: LookedAt
  /** By name; empty for a lab that is not up. */
  readonly facts: ReadonlyMap<string, NodeFacts>
}

async function factsOf(node: ObservedNode, engine: Engine): Promise<NodeFacts> {
  const {component, state, health, image, ports} = node
  const [memoryBytes, {started = '', restarts, end}] = await Promise.all([
    state === 'running' || state === 'paused' ? engine.memoryOf(node) : 0,
    engine.lifeOf(node),
  ])
  const ended = end ? {...end, text: endText(end, component)} : null
  return {component, run: state, health, started, image, ports, memoryBytes, restarts, ended}
}

const missing = (component: string): NodeFacts => ({
  component,
  run: 'missing',
  health: 'none',
  started: '',
  image: '',
  ports: [],
  memoryBytes: 0,
  restarts: 0,
  ended: null,
})

/** Looks at a lab as it is now. A node that was seen ready counts as healthy until its first check, if it was not started again since. */
export async function look(lab: string, context: LabContext): Promise<Look> {
  const found = await liveLab(lab, context)
  const live = {...found, faults: await activeFaults(found)}
  const {engine, folder, observed, nodes, topology} = live
  if (nodes.size === 0) return {live, facts: new Map()}
  const there = nodesOf(await withLastReady(observed, folder, engine)).filter(({name}) => nodes.has(name))
  const seen = new Map(await Promise.all(there.map(async node => [node.name, await factsOf(node, engine)] as const)))
  const planned = (topology?.nodes ?? []).map(
    ({name, component}) => [name, seen.get(name) ?? missing(component)] as const,
  )
  return {live, facts: new Map([...planned, ...[...seen].filter(([name]) => !planned.some(([own]) => own === name))])}
}
