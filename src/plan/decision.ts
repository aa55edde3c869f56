import type {ComposeService} from '../render/compose.js'
import {LABELS} from '../model/labels.js'
import type {ObservedContainer} from './observed.js'

/** What has to happen to the container of a service, and why. */
export type Decision =
  | {readonly kind: 'create'; readonly cause: string; readonly replaces?: ObservedContainer}
  | {readonly kind: 'start'; readonly cause: string}
  | {readonly kind: 'unpause'; readonly cause: string}
  | {readonly kind: 'wait'; readonly cause: string}
  | {readonly kind: 'keep'}

export interface DecisionInput {
  readonly service: ComposeService
  readonly observed: ObservedContainer | undefined
  /** Id that the service's image has now. */
  readonly imageId: string | undefined
  /** What was written anew for it just now: makes the cause precise. */
  readonly changed?: string | undefined
  /** It runs once and ends: the schema service. */
  readonly oneShot: boolean
}

/** The one place that decides between creating, starting and leaving a container. Pure. */
export function decide({service, observed, imageId, changed, oneShot}: DecisionInput): Decision {
  if (!observed) return {kind: 'create', cause: 'not there'}
  const replace = (cause: string): Decision => ({kind: 'create', cause, replaces: observed})
  if (observed.configHash !== service.labels[LABELS.configHash]) return replace(changed ?? 'its configuration changed')
  if (imageId !== undefined && observed.imageId !== imageId) return replace(`image ${service.image} changed`)
  switch (observed.state) {
    case 'dead':
    case 'removing':
      return replace(`it is ${observed.state}`)
    case 'created':
      return {kind: 'start', cause: 'created, never started'}
    case 'exited':
      if (oneShot && observed.exitCode === 0) return {kind: 'keep'}
      return {kind: 'start', cause: `exited with code ${observed.exitCode ?? 'unknown'}`}
    case 'paused':
      return {kind: 'unpause', cause: 'paused'}
    case 'restarting':
    case 'running':
      if (oneShot) return {kind: 'wait', cause: 'still running'}
      return observed.health === 'healthy' ? {kind: 'keep'} : {kind: 'wait', cause: `health is ${observed.health}`}
  }
}
