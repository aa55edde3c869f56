import type {ProbeEvent} from '../../lab-events/event.js'
import {messageOf} from '../../errors.js'
import {endText} from '../../model/node-end.js'
import {askNodes} from '../state/ask-nodes.js'
import {causeOf} from '../state/down-nodes.js'
import {liveLab} from '../state/live-lab.js'
import {pickNodes, type KnownNode} from '../state/pick-nodes.js'
import type {Condition, Missed, Waiter} from './condition.js'
import {askUntil, type WaitedLab} from './waited-lab.js'

/** More of them are counted. */
const MOST_NAMED = 3

/** Waits until a helper has seen each of the nodes ready. Throws `node-unknown`. */
export function readyWaiters(
  {nodes: words}: Extract<Condition, {kind: 'ready'}>,
  waited: WaitedLab,
): readonly Waiter[] {
  const {running, context, tell} = waited
  const nodes = pickNodes(words, running.topology.nodes, running.lab)
  const left = new Map(nodes.map(node => [node.name, node]))
  const last = new Map<string, ProbeEvent>()
  let failure = ''

  const on = (event: ProbeEvent) => {
    last.set(event.node, event)
    if (event.ready) left.delete(event.node)
    tell(event.node, event.ready ? 'ready' : `waiting, ${event.probe}: ${event.detail}`)
  }
  const who = nodes.length > MOST_NAMED ? `${nodes.length} nodes` : nodes.map(({name}) => name).join(', ')
  return [
    {
      condition: 'ready',
      text: `${who} ${nodes.length > 1 ? 'are' : 'is'} ready`,
      unmet: `${who} ${nodes.length > 1 ? 'were not all' : 'was not'} ready`,
      async wait() {
        await askUntil(waited, async lab => {
          try {
            for await (const event of askNodes([...left.keys()], lab, context)) on(event)
          } catch (error) {
            context.signal.throwIfAborted()
            // Its helper went with a node, or with the lab: who looks again finds out.
            failure = messageOf(error)
          }
          return left.size === 0 ? true : undefined
        })
        return {nodes: nodes.map(({name}) => name)}
      },
      async missed(): Promise<Missed> {
        const reasons = await Promise.all(
          [...left.values()].map(node => whyNot(node, last.get(node.name), failure, waited)),
        )
        const names = [...left.keys()].slice(0, MOST_NAMED).join(' ')
        return {
          reason: reasons.slice(0, MOST_NAMED).join('; '),
          evidence: reasons.slice(MOST_NAMED),
          next: [`apim-lab logs ${names}`, 'apim-lab status'],
        }
      },
    },
  ]
}

/** What is known of a node that was not seen ready. */
async function whyNot(
  {name, component}: KnownNode,
  last: ProbeEvent | undefined,
  failure: string,
  {running: {lab}, afterwards}: WaitedLab,
): Promise<string> {
  const {engine, nodes} = await liveLab(lab, afterwards)
  const seen = nodes.get(name)
  const cause = causeOf(name, seen)
  if (cause !== undefined) {
    const {end} = seen ? await engine.lifeOf(seen) : {}
    return end ? `${name} ${endText(end, component)}` : cause
  }
  if (last) return `last probe of ${name}: ${last.probe}, got: ${last.detail}`
  return failure === '' ? `${name} was never reached` : `${name} could not be asked: ${failure}`
}
