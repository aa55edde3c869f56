import type {
  ApiData,
  ApplicationData,
  BlockData,
  KeyManagerData,
  KeyMappingData,
  PolicyData,
  RevokedData,
  SubscriptionData,
} from '../../hub/data.js'
import {API_ARTIFACT, type ApiArtifact} from '../../hub/deployment.js'
import type {NotificationType, PolicyType} from '../../hub/events.js'

/** What a gateway fetches of /internal/data/v1, each with the shape of its items; `block` is one object. */
export interface Lists {
  readonly apis: readonly ApiData[]
  readonly subscriptions: readonly SubscriptionData[]
  readonly applications: readonly ApplicationData[]
  readonly 'application-key-mappings': readonly KeyMappingData[]
  readonly 'application-policies': readonly PolicyData[]
  readonly 'subscription-policies': readonly PolicyData[]
  readonly 'api-policies': readonly PolicyData[]
  readonly keymanagers: readonly KeyManagerData[]
  readonly block: Partial<BlockData>
  readonly keyTemplates: readonly string[]
  readonly revokedjwt: readonly RevokedData[]
}
export type ListName = keyof Lists

/** The same in 4.x, where deployed APIs are fetched too. */
export interface Fetched extends Lists {
  readonly 'runtime-artifacts': readonly ApiArtifact[]
}
export type FetchedName = keyof Fetched

export const EMPTY: Lists = {
  apis: [],
  subscriptions: [],
  applications: [],
  'application-key-mappings': [],
  'application-policies': [],
  'subscription-policies': [],
  'api-policies': [],
  keymanagers: [],
  block: {},
  keyTemplates: [],
  revokedjwt: [],
}
export const ALL_LISTS = Object.keys(EMPTY) as ListName[]
export const ALL_FETCHED: readonly FetchedName[] = [...ALL_LISTS, 'runtime-artifacts']

const APPLICATION_LISTS: readonly ListName[] = ['applications', 'application-key-mappings', 'subscriptions']
const KEY_LISTS: readonly ListName[] = ['applications', 'application-key-mappings']

/** Which lists a notification is about. */
export const LISTS_OF: Readonly<Record<Exclude<NotificationType, `POLICY_${string}`>, readonly FetchedName[]>> = {
  API_CREATE: ['apis'],
  API_UPDATE: ['apis'],
  API_DELETE: ['apis', 'subscriptions'],
  API_LIFECYCLE_CHANGE: ['apis'],
  DEPLOY_API_IN_GATEWAY: ['runtime-artifacts', 'apis'],
  REMOVE_API_FROM_GATEWAY: ['runtime-artifacts'],
  APPLICATION_CREATE: ['applications'],
  APPLICATION_UPDATE: ['applications'],
  APPLICATION_DELETE: APPLICATION_LISTS,
  APPLICATION_REGISTRATION_CREATE: KEY_LISTS,
  SUBSCRIPTIONS_CREATE: ['subscriptions'],
  SUBSCRIPTIONS_UPDATE: ['subscriptions'],
  SUBSCRIPTIONS_DELETE: ['subscriptions'],
}

export const LISTS_OF_POLICY: Readonly<Record<PolicyType, readonly ListName[]>> = {
  API: ['api-policies'],
  APPLICATION: ['application-policies'],
  SUBSCRIPTION: ['subscription-policies'],
  GLOBAL: ['keyTemplates'],
}

function templateOf(item: unknown): string[] {
  if (typeof item === 'string') return [item]
  const {keyTemplate, keyTemplateValue} = (item ?? {}) as Record<string, unknown>
  const text = keyTemplate ?? keyTemplateValue
  return typeof text === 'string' ? [text] : []
}

/** Reads an answer of the event hub. Throws Error for another shape. */
export function readList<N extends FetchedName>(name: N, body: unknown): Fetched[N] {
  if (typeof body !== 'object' || body === null) throw new Error(`${name}: the answer is no object`)
  if (name === 'block') return body as Fetched[N]
  const list: unknown = Array.isArray(body) ? body : (body as {list?: unknown}).list
  if (!Array.isArray(list)) throw new Error(`${name}: the answer has no list`)
  // Files are made of them: each has to be what it should.
  if (name === 'runtime-artifacts') return list.map(it => API_ARTIFACT.parse(it)) as unknown as Fetched[N]
  const items = list.filter(it => (typeof it === 'object' && it !== null) || typeof it === 'string')
  return (name === 'keyTemplates' ? items.flatMap(templateOf) : items) as unknown as Fetched[N]
}
