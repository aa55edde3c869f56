import type {FaultHelperOptions} from '../../engine/engine-faults.js'
import type {FoundFault} from '../../model/faults/fault-order.js'
import {FAULT_KINDS} from '../../model/faults/fault-kinds.js'
import {FAULT_IMAGE, localTag} from '../../model/local-images.js'
import type {ObservedNode} from '../../plan/observed.js'
import type {LabContext} from '../context.js'
import {limited} from '../links/limited.js'
import type {LiveLab} from '../state/live-lab.js'
import {iso, type ActiveFault} from './active-faults.js'

/** Helpers at work at once: two cores are kept busy by them. */
const HELPERS = 4

/** What a fault's helper is started with. */
export const faultHelper = (
  {lab, folder}: Pick<LiveLab, 'lab' | 'folder'>,
  {version, signal}: Pick<LabContext, 'version' | 'signal'>,
): FaultHelperOptions => ({lab, folder: folder.path, image: localTag(FAULT_IMAGE, version), signal})

/** A fault of which only the namespace knows. */
export function leftFault({id, note}: FoundFault, node: string): ActiveFault {
  const [until = '', kind = 'unknown', ...words] = note.split(' ')
  const place = words.join(' ')
  const text = FAULT_KINDS.find(({name}) => name === kind)?.text ?? 'rules of a fault'
  return {
    id,
    kind,
    what: place.startsWith('/') ? `${text} ${place}` : text,
    node,
    links: place.includes('->') ? [place] : [],
    since: iso(0),
    until: iso(Math.max(0, Number(until) || 0)),
    state: 'left',
  }
}

/** Those of these marks that no helper is known for. */
export const leftUnknown = (
  marks: readonly {readonly node: string; readonly id: string}[],
  known: readonly ActiveFault[],
): readonly ActiveFault[] =>
  marks
    .filter(({node, id}) => !known.some(fault => fault.id === id && fault.node === node))
    .map(({node, id}) => leftFault({id, note: ''}, node))

/** A node and what was left in its network. */
export interface LeftIn {
  readonly node: ObservedNode
  readonly fault: ActiveFault
}

/** Rules in the networks of nodes whose helpers are not there any more, as the kernel tells them. */
export async function leftInNamespaces(
  live: LiveLab,
  known: readonly ActiveFault[],
  context: Pick<LabContext, 'version' | 'signal'>,
): Promise<readonly LeftIn[]> {
  const options = faultHelper(live, context)
  // Where the image is not, no fault was ever made.
  if ((await live.engine.images.ids([options.image])).size === 0) return []
  const running = [...live.nodes.values()].filter(({state}) => state === 'running')
  const found = await limited(HELPERS, running, async node => ({
    node,
    faults: await live.engine.faults.found(node, options),
  }))
  return found.flatMap(({node, faults}) =>
    faults
      .filter(({id}) => !known.some(fault => fault.id === id && fault.node === node.name))
      .map(fault => ({node, fault: leftFault(fault, node.name)})),
  )
}
