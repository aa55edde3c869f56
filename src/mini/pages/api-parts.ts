import type {LifeCycleStatus, Operation} from '../apis/api.js'
import {stateName} from '../apis/lifecycle.js'
import {html, type Html} from './html.js'

/** The state of an API as a badge. */
export const stateBadge = (status: LifeCycleStatus): Html =>
  html`<span class="badge ${status === 'PUBLISHED' ? 'good' : 'quiet'}">${stateName(status)}</span>`

/** What a call of an operation needs. */
export const securityOf = ({authType}: Operation): string => (authType === 'None' ? 'none' : 'token')

export const orNone = (list: readonly string[]): string => (list.length > 0 ? list.join(', ') : 'none')
