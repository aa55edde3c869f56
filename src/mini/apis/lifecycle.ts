import type {LifeCycleStatus} from './api.js'

interface Transition {
  readonly event: string
  readonly target: LifeCycleStatus
}

const publish: Transition = {event: 'Publish', target: 'PUBLISHED'}
/** What makes a prototype of an API: gateways serve it to everyone, without a subscription. */
export const PROTOTYPE = 'Deploy as a Prototype'
const prototype: Transition = {event: PROTOTYPE, target: 'PROTOTYPED'}
const demote: Transition = {event: 'Demote to Created', target: 'CREATED'}
/** What makes an API an old one: who is subscribed calls it still. */
export const DEPRECATE = 'Deprecate'
const deprecate: Transition = {event: DEPRECATE, target: 'DEPRECATED'}

/** What may be done with an API in each state: lifecycles/APILifeCycle.xml of carbon-apimgt v6.7.206, feature publisher. */
export const LIFECYCLE: Readonly<Record<LifeCycleStatus, readonly Transition[]>> = {
  CREATED: [publish, prototype],
  PROTOTYPED: [publish, demote, prototype],
  PUBLISHED: [{event: 'Block', target: 'BLOCKED'}, prototype, demote, deprecate, publish],
  BLOCKED: [deprecate, {event: 'Re-Publish', target: 'PUBLISHED'}],
  DEPRECATED: [{event: 'Retire', target: 'RETIRED'}],
  RETIRED: [],
}

/** A state as the life cycle's own resources show it: `Published`. */
export const stateName = (status: LifeCycleStatus): string => status.charAt(0) + status.slice(1).toLowerCase()
