/** One step of a plan. Each operation is one thing done to the engine, and says why. */
interface OperationBase {
  readonly id: number
  /** Name of the node, network, volume or image that it is about. */
  readonly subject: string
  /** Why it is needed. */
  readonly cause: string
  /** Operations that must be done before. */
  readonly after: readonly number[]
}

export type Operation =
  | (OperationBase & {readonly kind: 'create-network' | 'create-volume'; readonly key: string})
  | (OperationBase & {readonly kind: 'remove-network' | 'remove-volume'; readonly name: string})
  | (OperationBase & {readonly kind: 'create-container'; readonly service: string})
  | (OperationBase & {readonly kind: 'connect-network'; readonly service: string; readonly network: string})
  | (OperationBase & {readonly kind: 'start-container' | 'unpause-container'; readonly service: string})
  | (OperationBase & {readonly kind: 'wait-exit' | 'wait-ready' | 'wait-schema'; readonly service: string})
  | (OperationBase & {readonly kind: 'stop-container'; readonly container: string; readonly graceSeconds: number})
  | (OperationBase & {readonly kind: 'wait-end' | 'remove-container'; readonly container: string})

export type OperationKind = Operation['kind']

export type Plan = readonly Operation[]

const VERBS: Readonly<Record<OperationKind, string>> = {
  'create-network': 'create network',
  'create-volume': 'create volume',
  'remove-network': 'remove network',
  'remove-volume': 'remove volume',
  'create-container': 'create',
  'connect-network': 'connect to network',
  'start-container': 'start',
  'unpause-container': 'unpause',
  'wait-exit': 'wait until it is done',
  'wait-ready': 'wait until ready',
  'wait-schema': 'wait until the schema is complete',
  'stop-container': 'stop',
  'wait-end': 'wait until its process has ended',
  'remove-container': 'remove',
}

/** What an operation does, in words: `connect to network db`. */
export function describeVerb(operation: Operation): string {
  const detail = operation.kind === 'connect-network' ? ` ${operation.network}` : ''
  return VERBS[operation.kind] + detail
}

/** An operation in words, without its cause: `gateway-1: create`. */
export const describeOperation = (operation: Operation): string => `${operation.subject}: ${describeVerb(operation)}`

/** A plan as text, an operation a line: what `--dry-run` prints and what the golden tests compare. */
export function formatPlan(plan: Plan): string {
  return plan
    .map(operation => {
      const after = operation.after.length > 0 ? `  [after ${operation.after.join(', ')}]` : ''
      return `${String(operation.id).padStart(3)}  ${describeOperation(operation)} (${operation.cause})${after}\n`
    })
    .join('')
}
