import type {LabFolder} from '../../disk/lab-folder.js'
import type {Engine} from '../../engine/engine.js'
import {LabError} from '../../errors.js'
import {nearest} from '../../model/nearest.js'
import type {Topology} from '../../model/topology.js'
import {belongingsOf, nodesOf, type ObservedLab} from '../../plan/observed.js'
import {labOption} from '../resolve/named-lab.js'

/** A node that an argument can mean, whether or not it is there now. */
export interface KnownNode {
  readonly name: string
  readonly component: string
}

const MAX_SHOWN = 80

/** Every node of a lab: those planned, in their order, then those that only the engine has. */
export function knownNodes(observed: ObservedLab, topology: Topology | undefined): readonly KnownNode[] {
  const planned = (topology?.nodes ?? []).map(({name, component}) => ({name, component}))
  const others = nodesOf(observed)
    .filter(({name}) => !planned.some(node => node.name === name))
    .map(({name, component}) => ({name, component}))
  return [...planned, ...others]
}

/**
 * The nodes that arguments mean: a node's name, or a component's for all of its nodes; without arguments all. In the lab's
 * order, each once. Throws `node-unknown` with the nearest name.
 */
export function pickNodes(wanted: readonly string[], known: readonly KnownNode[], lab: string): readonly KnownNode[] {
  if (wanted.length === 0) return known
  const unknown = wanted.find(word => !known.some(node => matches(node, word)))
  if (unknown !== undefined) throw unknownNode(unknown, known, lab)
  return known.filter(node => wanted.some(word => matches(node, word)))
}

const matches = ({name, component}: KnownNode, word: string) => name === word || component === word

/** The one node that an argument means. Throws `node-unknown` also for a component that has several. */
export function pickNode(wanted: string, known: readonly KnownNode[], lab: string): KnownNode {
  const [node, ...others] = pickNodes([wanted], known, lab)
  if (others.length === 0) return node!
  const names = [node!, ...others].map(({name}) => name)
  throw new LabError('node-unknown', `${wanted} has ${names.length} nodes in lab ${lab}: ${names.join(', ')}.`, {
    next: names.map(name => `apim-lab exec ${name}${labOption(lab)}`),
  })
}

function unknownNode(word: string, known: readonly KnownNode[], lab: string): LabError {
  const names = [...new Set(known.flatMap(({name, component}) => [name, component]))].filter(name => name !== '')
  const near = nearest(word, names)
  // Quoted as JSON: it may hold anything.
  const shown = JSON.stringify(word.length > MAX_SHOWN ? `${word.slice(0, MAX_SHOWN)}…` : word)
  return new LabError(
    'node-unknown',
    `Lab ${lab} has no node ${shown}${near === undefined ? '' : `; did you mean ${near}`}.`,
    {
      evidence: [`It has ${known.map(({name}) => name).join(', ')}.`],
      next: [`apim-lab status${labOption(lab)}`],
    },
  )
}

/** Throws `lab-not-found` for a lab that was never made, or of which nothing is left: no folder, no data, no node. */
export async function checkKnown(lab: string, observed: ObservedLab, folder: LabFolder, engine: Engine): Promise<void> {
  if (belongingsOf(observed).length > 0 || (await folder.exists())) return
  const others = await engine.labs()
  const near = nearest(lab, others)
  throw new LabError('lab-not-found', `There is no lab ${lab}.`, {
    evidence: others.length > 0 ? [`This engine has ${others.join(', ')}.`] : [],
    next: [...(near === undefined ? [] : [`apim-lab status --lab ${near}`]), `apim-lab up${labOption(lab)} (makes it)`],
  })
}

/** Throws `lab-not-found` where the engine has no node of the lab. */
export function checkThere(lab: string, observed: ObservedLab): void {
  if (nodesOf(observed).length > 0) return
  throw new LabError('lab-not-found', `Lab ${lab} is not up.`, {next: [`apim-lab up${labOption(lab)}`]})
}
