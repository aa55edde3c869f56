import {LabError} from '../../errors.js'
import {diff, type Diff} from '../../model/diff/diff.js'
import {onlyNode, type Side} from '../../model/diff/side.js'
import type {LabContext} from '../context.js'
import {folderSide} from './folder-side.js'
import {readOperand, type Operand, type OperandOptions} from './operand.js'
import {settledSide, type Naming} from './settled-side.js'

export interface DiffOptions extends OperandOptions {
  readonly a: string
  readonly b: string
  /** What folders are of. */
  readonly release?: string
}

/** The name and ports of the first one that is no folder: what follows from them is no difference. */
function namingOf(operands: readonly Operand[]): Naming {
  const found = operands.find(operand => operand.kind !== 'folder')
  return found ? {lab: found.settings.lab, portOffset: found.settings.portOffset} : {lab: '', portOffset: 0}
}

const nodeOf = (operand: Operand) => (operand.kind === 'folder' ? undefined : operand.node)

/** Where the other operand is a node, the one that it is compared with. Throws `usage-invalid`. */
function narrowed(side: Side, own: string | undefined, other: string | undefined): Side {
  const wanted = own ?? other
  if (wanted === undefined) return side
  const names = side.nodes.map(({name}) => name)
  const name = names.includes(wanted) ? wanted : names.length === 1 ? names[0]! : undefined
  if (name === undefined)
    throw new LabError('usage-invalid', `${side.title} has no ${wanted}.`, {
      evidence: [`It has ${names.join(', ')}.`],
      next: ['apim-lab diff --help'],
    })
  return onlyNode(side, name, other ?? name)
}

/** A side as a folder could be: its nodes that read a deployment.toml. */
const readable = (side: Side): Side => ({
  ...side,
  nodes: side.nodes.filter(({files}) => files.some(({name}) => name.endsWith('.toml'))),
})

/** Reads both operands as sides, each narrowed to a node where one of them is one. Throws where one is nothing that can be compared. */
export async function sidesOf(
  words: readonly [string, string],
  options: OperandOptions & {readonly release?: string},
  context: LabContext,
): Promise<readonly [Side, Side]> {
  const operands = await Promise.all(words.map(word => readOperand(word, options, context)))
  const naming = namingOf(operands)
  const [a, b] = await Promise.all(
    operands.map(operand =>
      operand.kind === 'folder' ? folderSide(operand, options, context) : settledSide(operand, naming, context),
    ),
  )
  const isRead = operands.some(({kind}) => kind === 'folder')
  const [own, other] = operands.map(nodeOf)
  // Both have the name of the first: they are compared with one another.
  const called = own ?? other
  return [narrowed(isRead ? readable(a!) : a!, own, called), narrowed(isRead ? readable(b!) : b!, other, called)]
}

/** What differs between two nodes, labs, snapshots, releases or folders. */
export async function diffOf({a, b, ...options}: DiffOptions, context: LabContext): Promise<Diff> {
  return diff(...(await sidesOf([a, b], options, context)))
}
