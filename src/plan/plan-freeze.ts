import type {ObservedContainer, ObservedLab} from './observed.js'
import type {Plan} from './operations.js'
import {PlanBuilder} from './plan-builder.js'

interface PlanFreezeInput {
  readonly observed: ObservedLab
  /** Services to act on. */
  readonly services: readonly string[]
}

const inState = ({observed, services}: PlanFreezeInput, state: ObservedContainer['state']) =>
  observed.containers.filter(it => !it.helper && services.includes(it.service) && it.state === state)

/** Pauses what runs, all at once: none waits for another that can no longer answer. */
export function planFreeze(input: PlanFreezeInput): Plan {
  const plan = new PlanBuilder()
  for (const {id, service} of inState(input, 'running'))
    plan.add({kind: 'pause-container', container: id, subject: service, cause: 'asked for', after: []})
  return plan.build()
}

/** Lets what is paused go on. */
export function planThaw(input: PlanFreezeInput): Plan {
  const plan = new PlanBuilder()
  for (const {service} of inState(input, 'paused'))
    plan.add({kind: 'unpause-container', service, subject: service, cause: 'asked for', after: []})
  return plan.build()
}
