import type {StepKindName} from '../../../model/cases/kinds/index.js'
import type {Runner} from '../runner.js'
import {api, application, policy, subscription, token} from './artefacts.js'
import {call} from './call.js'
import {config} from './config.js'
import {exec} from './exec.js'
import {clearFaults, fault} from './faults.js'
import {restart, start, stop} from './nodes.js'
import {sql} from './sql.js'
import {traffic} from './traffic.js'
import {wait} from './wait.js'

/** What does the steps, by their kinds. */
export const RUNNERS: {readonly [K in StepKindName]: Runner<K>} = {
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
}
