import type {LabEvent} from '../lab-events/event.js'
import type {LabStatus, NodeStatus} from '../lab/status.js'
import {nodeTable, wrongLines} from './status-text.js'
import type {WatchView} from './watch-output.js'

const nodeOf = ({nodes}: LabStatus, name: string) => nodes.find(node => node.name === name)

const restarted = (count: number) => (count === 1 ? 'restarted once' : `restarted ${count} times`)

function nodeText(now: NodeStatus, before: NodeStatus | undefined): string | undefined {
  const isSame =
    now.state === before?.state && now.ended?.text === before.ended?.text && now.restarts === before.restarts
  if (isSame) return undefined
  const again = before !== undefined && now.restarts !== before.restarts ? `, ${restarted(now.restarts)}` : ''
  return `${now.name} ${now.ended ? now.ended.text : now.state}${again}`
}

function line(event: LabEvent, now: LabStatus, before: LabStatus): string | undefined {
  switch (event.kind) {
    case 'node':
    case 'probe': {
      const node = nodeOf(now, event.node)
      return node && nodeText(node, nodeOf(before, event.node))
    }
    case 'node-gone':
      return `${event.node} is gone`
    case 'down':
      return `Lab ${now.lab} is down.`
    default:
      return undefined
  }
}

const ready = ({nodes}: LabStatus) => nodes.filter(({state}) => state === 'ready').length

function head(now: LabStatus): string {
  const {lab, release, nodes} = now
  if (nodes.length === 0) return `Lab ${lab} is not up.`
  return `Lab ${lab}, release ${release}: ${ready(now)} of ${nodes.length} nodes ready`
}

/** How `status --watch` shows a lab. */
export const statusView: WatchView<LabStatus> = {
  firstLines: now => [head(now), ...now.nodes.flatMap(node => nodeText(node, undefined) ?? [])],
  line,
  picture(now, columns) {
    const wrong = wrongLines(now)
    const body = now.nodes.length === 0 ? [] : ['', nodeTable(now, columns)]
    return [head(now), ...wrong, ...body].join('\n')
  },
  document: now => now,
  eventDocument(event, now) {
    if (event.kind !== 'node' && event.kind !== 'probe') return event
    return {...event, state: nodeOf(now, event.node)?.state ?? 'missing'}
  },
}
