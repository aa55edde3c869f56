import {PassThrough} from 'node:stream'
import type {ProbeEvent} from '../lab-events/event.js'
import type {HelperReport} from '../model/helper-protocol.js'
import type {ProbeOptions, ReadinessTarget} from './engine.js'
import type {HelperSession} from './helper-session.js'
import {JoiningHelper} from './joining-helper.js'

type StateReport = Extract<HelperReport, {kind: 'state'}>

/** What a helper saw of a node, as an event of now. */
export const probeEvent = ({node, ready, probe, detail}: StateReport): ProbeEvent => ({
  kind: 'probe',
  at: new Date().toISOString(),
  node,
  ready,
  probe,
  detail,
})

interface AskedNode {
  readonly node: string
  readonly target: ReadinessTarget
  readonly tell: (event: ProbeEvent) => void
}

/** Asks a node until all of its probes pass; tells whenever what the helper sees of it changes. Rejects on abort. */
export async function askUntilReady(
  session: HelperSession,
  {node, target, tell}: AskedNode,
  signal: AbortSignal,
): Promise<true> {
  const ready = session.receive(report => {
    if (report.kind !== 'state' || report.node !== node) return undefined
    tell(probeEvent(report))
    return report.ready ? true : undefined
  }, signal)
  const {probes, login} = target
  session.send({kind: 'watch', node, probes, ...(login && {login})})
  return ready
}

/** Asks nodes by one helper until all of them are ready, or nobody listens any more. An abort ends it quietly. */
export async function* probeNodes(
  open: (network: string) => Promise<HelperSession>,
  {nodes, targets, signal}: Pick<ProbeOptions, 'nodes' | 'targets' | 'signal'>,
): AsyncGenerator<ProbeEvent> {
  const helper = new JoiningHelper(open)
  const over = new AbortController()
  const either = AbortSignal.any([signal, over.signal])
  const told = new PassThrough({objectMode: true})
  const ask = async (node: string) => {
    const target = targets.get(node)
    if (!target) return
    await askUntilReady(await helper.in(target.networks), {node, target, tell: event => told.write(event)}, either)
  }
  Promise.all(nodes.map(ask)).then(
    () => told.end(),
    (error: Error) => told.destroy(error),
  )
  try {
    for await (const event of told) yield event as ProbeEvent
  } catch (error) {
    if (!signal.aborted) throw error
  } finally {
    over.abort()
    await helper.close()
  }
}
