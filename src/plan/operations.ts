import type {Preparation, PreparedPlan} from './preparations.js'

/** One step of a plan. Each operation is one thing done to the engine, and says why. */
export interface OperationBase {
  readonly id: number
  /** Name of the node, network, volume or image that it is about. */
  readonly subject: string
  /** Why it is needed. */
  readonly cause: string
  /** Operations that must be done before. */
  readonly after: readonly number[]
}

export type Operation =
  | (OperationBase & {readonly kind: 'create-network'; readonly key: string})
  | (OperationBase & {
      readonly kind: 'create-volume'
      readonly key: string
      /** Its data will be copied from a seed. */
      readonly fromSeed?: true
    })
  // With the services whose images they run.
  | (OperationBase & {readonly kind: 'fill-seed'; readonly services: readonly string[]})
  | (OperationBase & {
      readonly kind: 'clone-seed'
      readonly services: readonly string[]
      readonly key: string
      readonly seed: string
    })
  | (OperationBase & {readonly kind: 'remove-network' | 'remove-volume'; readonly name: string})
  | (OperationBase & {readonly kind: 'create-container'; readonly service: string})
  | (OperationBase & {readonly kind: 'connect-network'; readonly service: string; readonly network: string})
  | (OperationBase & {readonly kind: 'start-container' | 'unpause-container'; readonly service: string})
  | (OperationBase & {readonly kind: 'wait-exit' | 'wait-ready' | 'wait-schema'; readonly service: string})
  // Without a number the container has the time that it was made with.
  | (OperationBase & {readonly kind: 'stop-container'; readonly container: string; readonly graceSeconds?: number})
  | (OperationBase & {readonly kind: 'pause-container' | 'wait-end' | 'remove-container'; readonly container: string})

export type OperationKind = Operation['kind']

export type Plan = readonly Operation[]

const VERBS: Readonly<Record<OperationKind | Preparation['kind'], string>> = {
  'pull-image': 'pull',
  'build-image': 'build',
  'download-file': 'download',
  'create-network': 'create network',
  'create-volume': 'create volume',
  'fill-seed': 'make the databases that labs begin with',
  'clone-seed': 'copy the databases of',
  'remove-network': 'remove network',
  'remove-volume': 'remove volume',
  'create-container': 'create',
  'connect-network': 'connect to network',
  'start-container': 'start',
  'pause-container': 'pause',
  'unpause-container': 'unpause',
  'wait-exit': 'wait until it is done',
  'wait-ready': 'wait until ready',
  'wait-schema': 'wait until the schema is complete',
  'stop-container': 'stop',
  'wait-end': 'wait until its process has ended',
  'remove-container': 'remove',
}

/** What an operation does, in words: `connect to network db`. */
export function describeVerb(operation: PreparedPlan[number]): string {
  const verb = VERBS[operation.kind]
  if (operation.kind === 'connect-network') return `${verb} ${operation.network}`
  return operation.kind === 'clone-seed' ? `${verb} ${operation.seed}` : verb
}

/** An operation in words, without its cause: `gateway-1: create`. */
export const describeOperation = (operation: PreparedPlan[number]): string =>
  `${operation.subject}: ${describeVerb(operation)}`

/** A plan as text, an operation a line: what `--dry-run` prints and what the golden tests compare. */
export function formatPlan(plan: PreparedPlan): string {
  return plan
    .map(operation => {
      const after = operation.after.length > 0 ? `  [after ${operation.after.join(', ')}]` : ''
      return `${String(operation.id).padStart(3)}  ${describeOperation(operation)} (${operation.cause})${after}\n`
    })
    .join('')
}
