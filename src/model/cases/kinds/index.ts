import type {StepKind} from '../step-kind.js'
import {api, application, policy, subscription, token} from './artefacts.js'
import {call} from './call.js'
import {config} from './config.js'
import {exec} from './exec.js'
import {clearFaults, fault} from './fault.js'
import {restart, start, stop} from './nodes.js'
import {sql} from './sql.js'
import {traffic} from './traffic.js'
import {wait} from './wait.js'

/** All that a step can be: a new one is a row here, and what does it in `src/lab/cases/runners`. */
export const STEP_KINDS = {
  api,
  application,
  subscription,
  token,
  policy,
  call,
  traffic,
  wait,
  config,
  stop,
  start,
  restart,
  fault,
  'clear-faults': clearFaults,
  sql,
  exec,
} as const satisfies Readonly<Record<string, StepKind>>

export type StepKinds = typeof STEP_KINDS
export type StepKindName = keyof StepKinds

export const STEP_KIND_NAMES = Object.keys(STEP_KINDS) as readonly StepKindName[]
