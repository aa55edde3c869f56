import type {Api, LifeCycleStatus, Operation} from '../apis/api.js'
import {stateName} from '../apis/lifecycle.js'
import {html, type Html} from './html.js'

/** The state of an API as a badge. */
export const stateBadge = (status: LifeCycleStatus): Html =>
  html`<span class="badge ${status === 'PUBLISHED' ? 'good' : 'quiet'}">${stateName(status)}</span>`

/** What a call of an operation needs. */
export const securityOf = ({authType}: Operation): string => (authType === 'None' ? 'none' : 'token')

export const orNone = (list: readonly string[]): string => (list.length > 0 ? list.join(', ') : 'none')

/** Whom to ask, as far as the API says it. */
export const ownersOf = ({businessInformation: of}: Api): readonly [string, string][] =>
  (
    [
      ['Business owner', of.businessOwner, of.businessOwnerEmail],
      ['Technical owner', of.technicalOwner, of.technicalOwnerEmail],
    ] as const
  ).flatMap(([name, ...who]): [string, string][] => {
    const known = who.filter(it => it !== null && it !== '')
    return known.length === 0 ? [] : [[name, known.join(', ')]]
  })

/** An API's picture, if it has one: it says nothing that the heading does not. */
export const thumbnail = ({hasThumbnail}: Api, address: string): Html | undefined =>
  hasThumbnail ? html`<img class="thumbnail" src="${address}" alt="" />` : undefined
