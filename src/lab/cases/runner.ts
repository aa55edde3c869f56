import type {Observation} from '../../model/cases/expectation.js'
import type {StepKindName} from '../../model/cases/kinds/index.js'
import type {StepInput} from '../../model/cases/step.js'
import type {Variables} from '../../model/cases/variables.js'
import type {LabContext} from '../context.js'
import type {Call} from '../verify/call.js'
import type {Session} from './session.js'

/** What a step is done with. Its context is silent, and its signal ends it when its time is over. */
export interface StepWork {
  readonly session: Session
  readonly context: LabContext
  /** What it may take; undefined: what such work usually may. */
  readonly timeoutMs: number | undefined
  /** Nodes shall be ready in the end. */
  readonly ready: boolean
  /** Told of each call when it was answered, and when it was made: ms since 1970. */
  readonly onCall: (call: Call, atMs: number) => void
}

/** What was seen, and the variables that follow from it. */
export type Done = Observation & {
  readonly sets?: Variables
  /** The id that the last call carried: nodes log it. */
  readonly correlationId?: string
}

/** Does a step of one kind. Throws LabError or StepFailure where it can't be done. */
export type Runner<K extends StepKindName> = (input: StepInput<K>, work: StepWork) => Promise<Done>
